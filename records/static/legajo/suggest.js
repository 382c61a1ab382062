/* Suggestions as one types, for every field marked data-suggest: a combobox with a listbox (ARIA APG). Without this
   script, or when the service is slow, the field is an ordinary search field. */
"use strict";

(() => {
  const WAIT_MS = 180;
  const SHORTEST = 2;
  // What each kind of suggestion is called, in the reader's language.
  const kinds = { ...document.currentScript.dataset };

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
    let asking = new AbortController();
    let chosen = -1;

    function close() {
      clearTimeout(timer);
      asking.abort();
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
      if (found.url) window.location.assign(found.url);
      else { input.value = found.text; input.form.submit(); }
    }

    function part(name, text) {
      const made = document.createElement("span");
      made.className = name;
      made.textContent = text;
      return made;
    }

    function show(results) {
      list.replaceChildren(...results.map((found, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(part("what", found.text), " ");
        if (found.detail && found.detail !== found.text) option.append(part("detail", found.detail), " ");
        option.append(part("badge", kinds[found.kind] || ""));
        option.addEventListener("pointerdown", (event) => { event.preventDefault(); go(found); });
        option.found = found;
        return option;
      }));
      list.hidden = !results.length;
      chosen = -1;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }

    async function look() {
      // A space at the end says that the last word is whole.
      const text = input.value.trimStart();
      if (text.trim().length < SHORTEST) { close(); return; }
      const mine = asking = new AbortController();
      try {
        const response = await fetch(`/api/v1/suggest?size=8&q=${encodeURIComponent(text.slice(0, 200))}`,
          { credentials: "same-origin", signal: mine.signal });
        const told = response.ok ? await response.json() : {};
        if (!mine.signal.aborted) show(told.results || []);
      } catch (failure) { if (!mine.signal.aborted) close(); }
    }

    input.addEventListener("input", () => { clearTimeout(timer); asking.abort(); timer = setTimeout(look, WAIT_MS); });
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
