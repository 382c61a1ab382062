/* The upload page with scripts: files and folders dropped or chosen, sent in parts that go on after a break, and
   followed until they can be searched. Everything goes through the API that any program uses. */
"use strict";

(() => {
  const form = document.getElementById("upload");
  if (!form || !window.Worker || !window.fetch || !window.LegajoSending) return;

  const AT_ONCE = 4;
  const LOOK_MS = 1500;
  const LOOKED_AT = 100;
  const SPOKEN_MS = 400;
  const ROWS = 500;
  const { Refusal, client, hashers } = window.LegajoSending;
  const api = form.dataset.api;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const words = {};
  const spoken = document.getElementById("words");
  spoken.querySelectorAll("dt").forEach((dt) => { words[dt.textContent.trim()] = dt.nextElementSibling.textContent.trim(); });
  const list = document.getElementById("file-list");
  const all = [];
  const queue = [];
  const { ask, patiently } = client(token);
  const digest = hashers(form.dataset.hasher, 2);
  let running = 0;
  let held = false;

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

  /* Said now and then: thousands of files would have a screen reader talk without end. */
  let speaking = 0;
  function summarise() {
    if (!speaking) speaking = setTimeout(() => { speaking = 0; sayHowFar(); }, SPOKEN_MS);
  }

  function sayHowFar() {
    const count = (...states) => all.filter((item) => states.includes(item.state)).length;
    const failed = count("failed");
    document.getElementById("summary").textContent = words.summary
      .replace("{all}", all.length)
      .replace("{done}", count("stored", "reading", "searchable", "notext", "unchanged"))
      .replace("{searchable}", count("searchable", "unchanged"))
      .replace("{failed}", failed);
    document.getElementById("retry-all").hidden = failed < 2;
    const left = count("waiting", "hashing", "sending");
    hold.hidden = !left && !held;
    // Of very many files only those that still need somebody, or are under way, keep their rows.
    if (all.length > ROWS) {
      for (const item of all) if (["searchable", "unchanged"].includes(item.state)) item.row.remove();
    }
  }

  /* ---- one file ---- */
  const steadily = (item, step) => patiently(step, (lost) => {
    item.row.querySelector(".state").textContent = lost ? words.lost : words[item.state] || item.state;
  });

  /* Whether it is here already, from this browser or another, before or after a reload: then it is not sent. */
  async function here(item, sha256) {
    if (form.dataset.versionOf) return false;
    const asked = { filename: item.path, size: item.file.size, sha256, external_id: named(item) };
    const { files: [found] } = await steadily(item, () => ask("POST", `${api}uploads/arrived`, { files: [asked] }));
    if (found.state !== "unchanged") return false;
    item.record = found.record;
    item.job = found.job;
    show(item, item.job ? "reading" : "unchanged");
    return true;
  }

  async function parts(item, sha256, bar) {
    const opening = { filename: item.path, size: item.file.size, sha256 };
    const upload = await steadily(item, () => ask("POST", `${api}uploads/`, opening));
    const arrived = new Set(item.anew ? [] : upload.arrived);
    for (let number = 1; number <= upload.parts; number += 1) {
      if (!arrived.has(number)) {
        const start = (number - 1) * upload.part_size;
        const part = item.file.slice(start, start + upload.part_size);
        // Not upload.urls: those may lie in the file store, which this page's content policy does not let it ask.
        await steadily(item, () => ask("PUT", `${api}uploads/${upload.id}/parts/${number}`, part, true));
      }
      bar.value = 0.3 + (0.7 * number) / upload.parts;
    }
    return steadily(item, () => ask("POST", `${api}uploads/${upload.id}/complete`, { sha256, ...said(item) }));
  }

  async function send(item) {
    if (item.file.size === 0) throw new Refusal("empty", "");
    if (item.file.size > Number(form.dataset.most)) throw new Refusal("too_large", "");
    show(item, "hashing");
    const bar = item.row.querySelector("progress");
    const sha256 = await digest(item.file, (read) => { bar.value = (0.3 * read) / item.file.size; });
    show(item, "sending");
    if (await here(item, sha256)) return;
    let made;
    try {
      made = await parts(item, sha256, bar);
    } catch (failure) {
      if (failure.code !== "digest_mismatch" || item.anew) throw failure;
      // What arrived before is not what lies here: all of it once more.
      item.anew = true;
      made = await parts(item, sha256, bar);
    }
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
    if (named(item)) fields.external_id = named(item);
    return fields;
  }

  function named(item) {
    const box = document.getElementById("named");
    return item.folder && box && box.checked ? item.path : "";
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
    while (!held && running < AT_ONCE && queue.length) {
      running += 1;
      work(queue.shift()).finally(() => { running -= 1; next(); });
    }
  }

  /* ---- until it can be searched ---- */
  function tell(item, job) {
    if (!job) return;
    if (job.state === "failed") show(item, "notext", words[job.code] || job.detail);
    else if (job.state === "done" && job.searchable !== false) show(item, "searchable");
    else if (job.pages > 1) {
      const soFar = words.pages.replace("{read}", job.pages_read).replace("{all}", job.pages);
      item.row.querySelector(".state").textContent = `${words.reading} (${soFar})`;
    }
  }

  async function look() {
    const some = all.filter((one) => one.state === "reading" && one.job).slice(0, LOOKED_AT);
    try {
      const ids = some.map((item) => item.job).join(",");
      const found = some.length ? (await ask("GET", `${api}jobs/?ids=${ids}`)).results : [];
      const jobs = new Map(found.map((job) => [job.id, job]));
      for (const item of some) tell(item, jobs.get(item.job));
    } catch (failure) { /* looked at again in the next round */ }
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
  const hold = document.getElementById("hold");
  hold.addEventListener("click", () => {
    held = !held;
    hold.textContent = held ? words.resume : words.hold;
    next();
  });
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
