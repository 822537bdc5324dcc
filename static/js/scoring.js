// The scoring bench: points are saved within two seconds of typing, the total follows every key, and the whole work
// can be done from the keyboard. Without this script the 保存 buttons of the form do the same.
(() => {
  "use strict";
  const form = document.querySelector("[data-scoring]");
  const go = (selector) => {
    const link = document.querySelector(selector);
    if (link) location.assign(link.href);
    return Boolean(link);
  };
  const factors = form ? [...form.querySelectorAll("[data-factor]")] : [];
  const scoreOf = (factor) => factor.querySelector("input.factor__value");
  const WAIT = 700;
  const RETRY = [2000, 5000, 10000, 30000];

  // --- total, levels -------------------------------------------------------------------------------------------
  const hundredths = (text) => {
    const found = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim());
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : null;
  };
  const shown = (points) => String(points / 100);

  function judge(factor) {
    const field = scoreOf(factor);
    const points = hundredths(field.value);
    const wrong = field.value.trim() !== "" && (points === null || points > Number(factor.dataset.maximum) * 100);
    field.toggleAttribute("aria-invalid", wrong);
    if (wrong) field.setAttribute("aria-invalid", "true");
    for (const level of factor.querySelectorAll("[data-low]")) {
      const high = Number(level.dataset.high) * 100;
      const top = level.dataset.high === factor.dataset.maximum;
      const here = points !== null && !wrong && points >= Number(level.dataset.low) * 100 && (points < high || (top && points === high));
      level.toggleAttribute("data-here", here);
    }
    return wrong ? null : points;
  }

  function add() {
    let total = 0;
    let missing = 0;
    for (const factor of factors) {
      const points = judge(factor);
      if (points === null) missing += 1;
      else total += points;
    }
    form.querySelector("[data-total]").textContent = shown(total);
    const note = form.querySelector("[data-missing]");
    note.textContent = missing ? note.dataset.text.replace("{count}", missing) : note.dataset.textNone;
  }

  // --- saving --------------------------------------------------------------------------------------------------
  const note = form?.querySelector("[data-save-state]");
  const key = form && `sheet:${document.body.dataset.owner}:${form.dataset.sheet}`;
  const pending = new Map();
  let timer = 0;
  let running = null;
  let failures = 0;

  const state = (name, words) => {
    note.dataset.saveState = name;
    note.textContent = words;
  };
  const keep = () => {
    if (pending.size) localStorage.setItem(key, JSON.stringify([...pending]));
    else localStorage.removeItem(key);
  };

  function changed(field) {
    pending.set(field.name, field.value);
    // Points and note of one factor travel together, so that neither is saved without the other.
    const factor = field.closest("[data-factor]");
    if (factor) for (const input of factor.querySelectorAll("input[name]")) pending.set(input.name, input.value);
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }

  const save = () => (running ??= send().finally(() => { running = null; }));

  async function send() {
    clearTimeout(timer);
    while (pending.size) {
      const batch = new Map([...pending].filter(([name]) => sound(name)));
      if (!batch.size) return;
      state("saving", note.dataset.textSaving);
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      for (const [name, value] of batch) body.set(name, value);
      let answer;
      try {
        answer = await fetch(form.dataset.saveUrl, { method: "POST", body, headers: { accept: "application/json" } });
      } catch {
        return later();
      }
      if (answer.status >= 500) return later();
      const told = await answer.json();
      if (!answer.ok) {
        state("refused", note.dataset.textRefused.replace("{message}", told.message));
        if (answer.status !== 401) for (const name of batch.keys()) pending.delete(name);
        return keep();
      }
      failures = 0;
      for (const [name, value] of batch) if (pending.get(name) === value) pending.delete(name);
      keep();
      state("saved", note.dataset.textSaved.replace("{time}", told.saved_at));
    }
  }

  const sound = (name) => form.elements[name]?.getAttribute("aria-invalid") !== "true";

  function later() {
    state("offline", note.dataset.textOffline);
    timer = setTimeout(save, RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  }

  function restore() {
    try {
      for (const [name, value] of JSON.parse(localStorage.getItem(key) || "[]")) {
        if (!form.elements[name]) continue;
        form.elements[name].value = value;
        pending.set(name, value);
      }
    } catch {
      localStorage.removeItem(key);
    }
    if (pending.size) timer = setTimeout(save, WAIT);
  }

  async function saveAndNext() {
    await save();
    if (pending.size) await save();
    if (note.dataset.saveState === "refused" || note.dataset.saveState === "offline") return;
    if (!go("[data-next]")) go("[data-queue]");
  }

  // --- keyboard ------------------------------------------------------------------------------------------------
  const dialog = document.querySelector("[data-keys]");
  const SWITCH = "scoring-keys-off";
  const on = () => localStorage.getItem(SWITCH) !== "1";
  let current = 0;

  function move(step) {
    current = Math.max(0, Math.min(factors.length - 1, current + step));
    const field = scoreOf(factors[current]);
    field.focus({ preventScroll: true });
    field.select();
    factors[current].scrollIntoView({ block: "nearest" });
  }

  function help() {
    if (dialog.open) return;
    dialog.showModal();
  }

  function pressed(event) {
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && form) {
        event.preventDefault();
        saveAndNext();
      }
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
    const acts = { j: () => move(1), k: () => move(-1), n: () => leave("[data-next]"), p: () => leave("[data-previous]") };
    if (form) {
      acts.c = () => factors[current].querySelector(".factor__note").focus();
      acts.a = () => form.querySelector("[data-amount]").select();
      acts["?"] = help;
      acts["？"] = help;
    }
    const act = form || "np".includes(event.key) ? acts[event.key] : null;
    if (act) {
      event.preventDefault();
      act();
    } else if (form && /^\d$/.test(event.key) && !field.matches?.("input, textarea, select")) {
      event.preventDefault();
      move(0);
      scoreOf(factors[current]).value = event.key;
      scoreOf(factors[current]).dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  async function leave(selector) {
    if (form && pending.size) await save();
    go(selector);
  }

  document.addEventListener("keydown", pressed);
  if (!form) return;

  restore();
  add();
  form.addEventListener("input", (event) => {
    if (event.target.matches("input.factor__value")) event.target.value = event.target.value.replace(/[^\d.．。]/g, "").replace(/[．。]/g, ".");
    add();
    if (event.target.name) changed(event.target);
  });
  form.addEventListener("focusin", (event) => {
    const factor = event.target.closest("[data-factor]");
    if (factor) current = factors.indexOf(factor);
  });
  // A submit by button carries every field: what was pending is in it.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    pending.clear();
    keep();
  });
  for (const link of form.querySelectorAll("[data-evidence]")) {
    link.addEventListener("click", (event) => {
      const part = document.querySelector(link.hash);
      if (!part) return;
      event.preventDefault();
      part.scrollIntoView({ block: "start" });
      part.focus({ preventScroll: true });
    });
  }
  window.addEventListener("online", save);
  window.addEventListener("pagehide", () => {
    if (pending.size) save();
  });
  const opener = document.querySelector("[data-keys-open]");
  const toggle = document.querySelector("[data-keys-switch]");
  opener.hidden = false;
  opener.addEventListener("click", help);
  toggle.checked = on();
  toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "0" : "1"));
  dialog.addEventListener("close", () => move(0));
  if (on()) move(0);
})();
