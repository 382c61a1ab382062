/* The upload page with scripts: files and folders dropped or chosen, sent in parts that go on after a break, and
   followed until they can be searched. Everything goes through the API that any program uses. */
"use strict";

(() => {
  const form = document.getElementById("upload");
  if (!form || !window.Worker || !window.fetch) return;

  const AT_ONCE = 2;
  const ATTEMPTS = 4;
  const LOOK_MS = 1500;
  const api = form.dataset.api;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const words = {};
  const spoken = document.getElementById("words");
  spoken.querySelectorAll("dt").forEach((dt) => { words[dt.textContent.trim()] = dt.nextElementSibling.textContent.trim(); });
  const list = document.getElementById("file-list");
  const all = [];
  const queue = [];
  let running = 0;

  /* ---- what a person sees ---- */
  function rowFor(item) {
    const row = document.getElementById("file-row").content.firstElementChild.cloneNode(true);
    row.querySelector(".name").textContent = item.path;
    row.querySelector("progress").setAttribute("aria-label", item.path);
    const again = row.querySelector("button");
    again.addEventListener("click", () => { enqueue(item); });
    list.append(row);
    return row;
  }

  function show(item, state, why) {
    item.state = state;
    const row = item.row;
    row.dataset.state = state;
    row.querySelector(".state").textContent = words[state] || state;
    const reason = row.querySelector(".why");
    reason.hidden = !why;
    reason.textContent = why || "";
    const bar = row.querySelector("progress");
    bar.hidden = state !== "sending" && state !== "hashing" && state !== "waiting";
    const actions = row.querySelector(".file-actions");
    const link = actions.querySelector("a");
    if (item.record) {
      link.href = form.dataset.record.replace("00000000-0000-0000-0000-000000000000", item.record);
      link.textContent = words.open;
      const name = document.createElement("span");
      name.className = "unseen";
      name.textContent = `: ${item.path}`;
      link.append(name);
    }
    link.hidden = !item.record;
    actions.querySelector("button").hidden = state !== "failed";
    actions.hidden = link.hidden && state !== "failed";
    summarise();
  }

  function summarise() {
    const count = (...states) => all.filter((item) => states.includes(item.state)).length;
    const failed = count("failed");
    document.getElementById("summary").textContent = words.summary
      .replace("{all}", all.length)
      .replace("{done}", count("stored", "reading", "searchable", "notext", "unchanged"))
      .replace("{searchable}", count("searchable", "unchanged"))
      .replace("{failed}", failed);
    document.getElementById("retry-all").hidden = failed < 2;
  }

  /* ---- talking to the API ---- */
  class Refusal extends Error {
    constructor(code, detail) {
      super(detail);
      this.code = code;
    }
  }

  async function ask(method, address, body, raw) {
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    headers["Content-Type"] = raw ? "application/octet-stream" : "application/json";
    const response = await fetch(address, {
      method, headers, credentials: "same-origin", body: raw ? body : body && JSON.stringify(body),
    });
    let answer = {};
    try { answer = await response.json(); } catch (none) { answer = {}; }
    if (response.ok) return answer;
    const first = (answer.errors || [])[0] || {};
    throw new Refusal(first.code || String(response.status), first.detail || response.statusText);
  }

  async function patiently(step) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await step();
      } catch (failure) {
        const lost = failure instanceof TypeError || ["store_unavailable", "503", "502", "part_length"].includes(failure.code);
        if (!lost || attempt === ATTEMPTS) throw failure;
        await new Promise((go) => { setTimeout(go, 500 * 2 ** attempt); });
      }
    }
  }

  /* ---- one file ---- */
  function digest(item, on) {
    return new Promise((done, refused) => {
      const worker = new Worker(form.dataset.hasher);
      worker.addEventListener("message", ({ data }) => {
        if (data.read) on(data.read);
        if (data.sha256) { worker.terminate(); done(data.sha256); }
        if (data.error) { worker.terminate(); refused(new Refusal("unreadable", data.error)); }
      });
      worker.addEventListener("error", () => { worker.terminate(); refused(new Refusal("unreadable", "")); });
      worker.postMessage({ file: item.file });
    });
  }

  const memory = (item) => `legajo-upload:${item.path}:${item.file.size}:${item.file.lastModified}`;
  function remembered(item) { try { return localStorage.getItem(memory(item)); } catch (none) { return null; } }
  function remember(item, id) { try { if (id) localStorage.setItem(memory(item), id); else localStorage.removeItem(memory(item)); } catch (none) { /* private window */ } }

  async function opened(item) {
    const before = remembered(item);
    if (before) {
      try {
        const found = await ask("GET", `${api}uploads/${before}/`);
        if (found.state === "open") return found;
      } catch (gone) {
        if (gone instanceof TypeError) throw gone;
      }
    }
    const made = await ask("POST", `${api}uploads/`, { filename: item.file.name, size: item.file.size });
    remember(item, made.id);
    return made;
  }

  async function send(item) {
    if (item.file.size === 0) throw new Refusal("empty", "");
    if (item.file.size > Number(form.dataset.most)) throw new Refusal("too_large", "");
    show(item, "hashing");
    const bar = item.row.querySelector("progress");
    const sha256 = await digest(item, (read) => { bar.value = (0.3 * read) / item.file.size; });
    show(item, "sending");
    const upload = await patiently(() => opened(item));
    const arrived = new Set(upload.arrived);
    for (let number = 1; number <= upload.parts; number += 1) {
      if (!arrived.has(number)) {
        const start = (number - 1) * upload.part_size;
        const part = item.file.slice(start, start + upload.part_size);
        // Not upload.urls: those may lie in the file store, which this page's content policy does not let it ask.
        await patiently(() => ask("PUT", `${api}uploads/${upload.id}/parts/${number}`, part, true));
      }
      bar.value = 0.3 + (0.7 * number) / upload.parts;
    }
    const made = await patiently(() => ask("POST", `${api}uploads/${upload.id}/complete`, { sha256, ...said(item) }));
    remember(item, null);
    item.record = made.record;
    item.job = made.job;
    if (made.state === "unchanged") show(item, "unchanged");
    else show(item, item.job ? "reading" : "stored");
  }

  function said(item) {
    const fields = {};
    if (form.dataset.versionOf) fields.version_of = form.dataset.versionOf;
    for (const name of ["series", "access", "kind", "number", "date"]) {
      const input = form.elements[name];
      if (input && input.value) fields[name] = input.value;
    }
    if (form.elements.draft.checked) fields.state = "draft";
    const named = document.getElementById("named");
    if (item.folder && named && named.checked) fields.external_id = item.path;
    return fields;
  }

  async function work(item) {
    try {
      await send(item);
    } catch (failure) {
      const code = failure instanceof TypeError ? "network" : failure.code;
      show(item, "failed", words[code] || failure.message || code);
    }
  }

  function enqueue(item) {
    item.row = item.row || rowFor(item);
    show(item, "waiting");
    queue.push(item);
    next();
  }

  function next() {
    while (running < AT_ONCE && queue.length) {
      running += 1;
      work(queue.shift()).finally(() => { running -= 1; next(); });
    }
  }

  /* ---- until it can be searched ---- */
  async function look() {
    for (const item of all.filter((one) => one.state === "reading").slice(0, 20)) {
      try {
        const job = await ask("GET", `${api}jobs/${item.job}/`);
        if (job.state === "failed") show(item, "notext", words[job.code] || job.detail);
        else if (job.state === "done" && job.searchable !== false) show(item, "searchable");
        else if (job.pages > 1) {
          const soFar = words.pages.replace("{read}", job.pages_read).replace("{all}", job.pages);
          item.row.querySelector(".state").textContent = `${words.reading} (${soFar})`;
        }
      } catch (failure) { /* looked at again in the next round */ }
    }
    setTimeout(look, LOOK_MS);
  }

  /* ---- choosing and dropping ---- */
  function take(found) {
    document.getElementById("progress").hidden = false;
    for (const one of found) {
      const known = all.find((item) => item.path === one.path && item.file.size === one.file.size && item.state !== "failed");
      if (!known) { all.push(one); enqueue(one); }
    }
    summarise();
  }

  async function inside(entry, below) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isFile) {
      const file = await new Promise((done, refused) => { entry.file(done, refused); });
      return [{ file, path, folder: Boolean(below) }];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, refused) => { reader.readEntries(done, refused); });
      if (!some.length) break;
      for (const child of some) found.push(...await inside(child, path));
    }
    return found;
  }

  const drop = document.getElementById("drop");
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => { drop.classList.remove("over"); });
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    const plain = Array.from(event.dataTransfer.files);
    if (!entries.length) { take(plain.map((file) => ({ file, path: file.name, folder: false }))); return; }
    for (const entry of entries) take(await inside(entry, ""));
  });
  const chosen = (input) => {
    take(Array.from(input.files, (file) => ({
      file, path: file.webkitRelativePath || file.name, folder: Boolean(file.webkitRelativePath),
    })));
    input.value = "";
  };
  for (const [button, field] of [["choose-files", "files"], ["choose-folder", "folder"]]) {
    const input = document.getElementById(field);
    if (!input) continue;
    document.getElementById(button).addEventListener("click", () => { input.click(); });
    input.addEventListener("change", () => { chosen(input); });
  }
  document.getElementById("retry-all").addEventListener("click", () => {
    all.filter((item) => item.state === "failed").forEach(enqueue);
  });
  window.addEventListener("beforeunload", (event) => {
    if (running || queue.length) { event.preventDefault(); event.returnValue = words.leaving; }
  });

  document.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
  document.getElementById("plain").hidden = true;
  document.getElementById("plain").querySelectorAll("input").forEach((input) => { input.disabled = true; });
  form.addEventListener("submit", (event) => { event.preventDefault(); });
  look();
})();
