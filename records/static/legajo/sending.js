/* How the upload page talks to the API: requests that wait out a broken line, digests from a few workers, parts. */
"use strict";

window.LegajoSending = (() => {
  const LONGEST_WAIT_MS = 10000;
  const SERVER_ATTEMPTS = 8;
  const PASSING = ["store_unavailable", "500", "502", "503", "504", "part_length", "wrong_part_length"];

  class Refusal extends Error {
    constructor(code, detail) {
      super(detail);
      this.code = code;
    }
  }

  function wait(ms) {
    return new Promise((go) => {
      const timer = setTimeout(done, ms);
      // Nobody waits on when the line is back.
      function done() { clearTimeout(timer); window.removeEventListener("online", done); go(); }
      window.addEventListener("online", done);
    });
  }

  function client(token) {
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

    /* Try a step until it is answered: as long as the line is cut, and some times while the server cannot. */
    async function patiently(step, onLost) {
      let refused = 0;
      for (let attempt = 1; ; attempt += 1) {
        try {
          const answer = await step();
          if (attempt > 1) onLost(false);
          return answer;
        } catch (failure) {
          const cut = failure instanceof TypeError;
          if (!cut && !PASSING.includes(failure.code)) throw failure;
          refused += cut ? 0 : 1;
          if (refused === SERVER_ATTEMPTS) throw failure;
          onLost(true);
          await wait(Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempt) * (0.75 + Math.random() / 2));
        }
      }
    }

    return { ask, patiently };
  }

  /* A few workers, used again: thousands of files would start thousands. */
  function hashers(address, count) {
    const idle = [];
    const waiting = [];
    for (let number = 0; number < count; number += 1) idle.push(null);

    function begin({ file, on, done, refused }) {
      const worker = idle.pop() || new Worker(address);
      const over = (kept) => {
        worker.onmessage = worker.onerror = null;
        if (!kept) worker.terminate();
        idle.push(kept ? worker : null);
        if (waiting.length) begin(waiting.shift());
      };
      worker.onmessage = ({ data }) => {
        if (data.read) on(data.read);
        if (data.sha256) { over(true); done(data.sha256); }
        if (data.error) { over(false); refused(new Refusal("unreadable", data.error)); }
      };
      worker.onerror = () => { over(false); refused(new Refusal("unreadable", "")); };
      worker.postMessage({ file });
    }

    return (file, on) => new Promise((done, refused) => {
      const asked = { file, on, done, refused };
      if (idle.length) begin(asked);
      else waiting.push(asked);
    });
  }

  return { Refusal, client, hashers };
})();
