// The scoring bench: the total follows every key, and the whole work can be done from the keyboard. The sheets that come
// next are fetched ahead, so that n and p also turn the page while there is no network. Without this script the buttons
// of the form do the same. Saving: bench-saving.js; pages as evidence: bench-evidence.js.
document.addEventListener("bench:open", (event) => {
  "use strict";
  const { root, signal } = event.detail;
  const form = root.querySelector("[data-scoring]");
  const dialog = root.querySelector("[data-keys]");
  const factors = form ? [...form.querySelectorAll("[data-factor]")] : [];
  const scoreOf = (factor) => factor.querySelector("input.factor__value");
  let current = 0;

  // --- total, levels -------------------------------------------------------------------------------------------
  const hundredths = (text) => {
    const found = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim());
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : null;
  };

  function judge(factor) {
    const field = scoreOf(factor);
    const points = hundredths(field.value);
    const wrong = field.value.trim() !== "" && (points === null || points > Number(factor.dataset.maximum) * 100);
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    for (const level of factor.querySelectorAll("[data-low]")) {
      const high = Number(level.dataset.high) * 100;
      const top = level.dataset.high === factor.dataset.maximum;
      const inside = points >= Number(level.dataset.low) * 100 && (points < high || (top && points === high));
      level.toggleAttribute("data-here", points !== null && !wrong && inside);
    }
    return wrong ? null : points;
  }

  function add() {
    const points = factors.map(judge);
    const missing = points.filter((one) => one === null).length;
    form.querySelector("[data-total]").textContent = String(points.reduce((sum, one) => sum + (one ?? 0), 0) / 100);
    const note = form.querySelector("[data-missing]");
    note.textContent = missing ? note.dataset.text.replace("{count}", missing) : note.dataset.textNone;
  }

  // --- moving --------------------------------------------------------------------------------------------------
  function move(step) {
    if (!factors.length) return;
    current = Math.max(0, Math.min(factors.length - 1, current + step));
    const field = scoreOf(factors[current]);
    field.focus({ preventScroll: true });
    field.select();
    factors[current].scrollIntoView({ block: "nearest" });
  }

  async function leave(selector) {
    const link = root.querySelector(selector);
    if (!link) return false;
    if (form) await form.saveNow();
    window.benchPages.turn(link);
    return true;
  }

  async function saveAndNext() {
    const saved = await form.saveNow();
    const state = form.querySelector("[data-save-state]").dataset.saveState;
    if (!saved && state !== "offline") return;
    if (!(await leave("[data-next]"))) await leave("[data-queue]");
  }

  // --- keyboard ------------------------------------------------------------------------------------------------
  const SWITCH = "scoring-keys-off";
  const on = () => localStorage.getItem(SWITCH) !== "1";
  const acts = { n: () => leave("[data-next]"), p: () => leave("[data-previous]") };
  if (form) {
    Object.assign(acts, {
      j: () => move(1),
      k: () => move(-1),
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      c: () => factors[current].querySelector(".factor__note").focus(),
      a: () => form.querySelector("[data-amount]")?.select(),
      e: () => form.pinPageInView(),
      "?": () => dialog.showModal(),
      "？": () => dialog.showModal(),
    });
  }

  function pressed(event) {
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key !== "Enter" || !form) return;
      event.preventDefault();
      saveAndNext();
      return;
    }
    const field = event.target;
    const writing = field.matches?.("textarea, select, .factor__note, [data-amount], dialog input");
    if (event.key === "Escape" && writing && form && !dialog.open) {
      event.preventDefault();
      move(0);
      return;
    }
    if (!on() || writing || dialog?.open) return;
    // Elsewhere the arrows scroll what has the focus, as they always do.
    if (event.key.startsWith("Arrow") && !field.matches?.(".factor__value")) return;
    if (acts[event.key]) {
      event.preventDefault();
      acts[event.key]();
    } else if (form && /^\d$/.test(event.key) && !field.matches?.("input")) {
      event.preventDefault();
      move(0);
      scoreOf(factors[current]).value = event.key;
      scoreOf(factors[current]).dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  document.addEventListener("keydown", pressed, { signal });
  if (!form) return;
  form.currentFactor = () => factors[current];
  form.addEventListener("input", ({ target }) => {
    if (target.matches("input.factor__value")) {
      target.value = target.value.replace(/[^\d.．。]/g, "").replace(/[．。]/g, ".");
    }
    add();
  }, { signal });
  form.addEventListener("bench:put", add, { signal });
  form.addEventListener("focusin", ({ target }) => {
    const factor = target.closest("[data-factor]");
    if (factor) current = factors.indexOf(factor);
  }, { signal });
  const opener = root.querySelector("[data-keys-open]");
  const toggle = root.querySelector("[data-keys-switch]");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal(), { signal });
  toggle.checked = on();
  toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "0" : "1"), { signal });
  dialog.addEventListener("close", () => move(0), { signal });
  add();
  if (on()) move(0);
});

// Turning pages: by the server while it can be reached, else from what was fetched ahead or was open before.
window.benchPages = (() => {
  "use strict";
  const AHEAD = 3;
  const QUIET = 1500;
  // Address → {root, title}. Pages left behind stay as they are, with what was typed in them.
  const pages = new Map();
  let stop = new AbortController();

  const isCut = (root) => !navigator.onLine || Boolean(root.querySelector("[data-save-state=offline]"));
  const pathOf = (link) => new URL(link.getAttribute("href"), location.href).pathname;

  function open(root) {
    stop = new AbortController();
    document.dispatchEvent(new CustomEvent("bench:open", { detail: { root, signal: stop.signal } }));
  }

  function show(path) {
    const here = document.querySelector("[data-bench]");
    const page = pages.get(path);
    stop.abort();
    pages.set(location.pathname, { root: here, title: document.title });
    here.replaceWith(page.root);
    document.title = page.title;
    history.pushState({}, "", path);
    open(page.root);
  }

  function turn(link) {
    const here = document.querySelector("[data-bench]");
    if (!isCut(here)) return location.assign(link.href);
    if (pages.has(pathOf(link))) return show(pathOf(link));
    const note = here.querySelector("[data-save-state]");
    if (note) note.textContent = note.dataset.textNoPage;
  }

  async function fetchAhead(root) {
    let link = root.querySelector("[data-next]");
    for (let number = 0; link && number < AHEAD; number += 1) {
      let page;
      try {
        const answer = await fetch(pathOf(link), { headers: { accept: "text/html" } });
        if (!answer.ok) return;
        page = new DOMParser().parseFromString(await answer.text(), "text/html");
      } catch {
        return;
      }
      const next = page.querySelector("[data-bench]");
      if (!next) return;
      pages.set(pathOf(link), { root: document.importNode(next, true), title: page.title });
      link = next.querySelector("[data-next]");
    }
    root.dataset.ahead = String(pages.size);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const root = document.querySelector("[data-bench]");
    if (!root) return;
    open(root);
    if (root.querySelector("[data-scoring]")) setTimeout(() => fetchAhead(root), QUIET);
    // A page shown without the server has an address of its own: going back to it asks the server again.
    window.addEventListener("popstate", () => location.reload());
  });
  return { turn };
})();
