/* Suggestions as one types, for every field marked data-suggest: a combobox with a listbox (ARIA APG). Without this
   script, or when the service is slow, the field is an ordinary search field. */
"use strict";

(() => {
  const WAIT_MS = 180;
  const SHORTEST = 2;

  function dress(input, at) {
    const list = document.createElement("ul");
    list.id = `suggestions-${at}`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent : "");
    list.hidden = true;
    input.insertAdjacentElement("afterend", list);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
      .forEach(([name, value]) => input.setAttribute(name, value));

    let timer = 0;
    let asked = 0;
    let chosen = -1;

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(to) {
      const options = list.children;
      if (!options.length) return;
      chosen = (to + options.length) % options.length;
      Array.from(options).forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }

    function go(found) {
      if (found.id) window.location.assign(`/records/${found.id}/`);
      else if (found.body) window.location.assign(`/bodies/${encodeURIComponent(found.body)}/`);
      else { input.value = found.text; input.form.submit(); }
    }

    function show(results) {
      list.replaceChildren(...results.map((found, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = found.text;
        option.addEventListener("pointerdown", (event) => { event.preventDefault(); go(found); });
        option.found = found;
        return option;
      }));
      list.hidden = !results.length;
      chosen = -1;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }

    async function look() {
      const text = input.value.trim();
      const mine = asked += 1;
      if (text.length < SHORTEST) { close(); return; }
      try {
        const response = await fetch(`/api/v1/suggest?size=8&q=${encodeURIComponent(text.slice(0, 300))}`, { credentials: "same-origin" });
        if (!response.ok || mine !== asked) return;
        show((await response.json()).results || []);
      } catch (failure) { close(); }
    }

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
      if (event.key === "Escape") { event.preventDefault(); close(); }
      if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); go(list.children[chosen].found); }
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(dress);
})();
