// Points are sent within a second of typing. Without a network they stay in this browser (bench-outbox.js) and go out when
// it is back. Nothing that the server holds is written over unseen: where both changed, both are shown.
document.addEventListener("bench:open", (event) => {
  "use strict";
  const { root, signal } = event.detail;
  const outbox = window.benchOutbox;
  const form = root.querySelector("[data-scoring]");
  if (!form) {
    const lost = root.querySelector("[data-lost]");
    const record = lost && outbox.read(lost.dataset.lost);
    if (record) showLost(lost, record);
    return;
  }
  const WAIT = 700;
  const RETRY = [2000, 5000, 10000, 30000];
  const sheet = form.dataset.sheet;
  const note = form.querySelector("[data-save-state]");
  const text = note.dataset;
  const known = JSON.parse(form.elements.seen.value);
  const record = { url: form.dataset.saveUrl, page: location.pathname, title: form.dataset.title, units: {} };
  const clashing = new Map();
  let timer = 0;
  let running = null;
  let failures = 0;

  const state = (name, words) => {
    note.dataset.saveState = name;
    note.textContent = words;
  };
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const fieldsOf = (unit) => [...form.querySelectorAll(`[data-unit="${unit}"]`)];
  const sound = (unit) => fieldsOf(unit).every((field) => field.getAttribute("aria-invalid") !== "true");
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const token = () => form.elements.csrfmiddlewaretoken.value;
  const count = () => Object.keys(record.units).length;

  function changed(unit) {
    const fields = Object.fromEntries(fieldsOf(unit).map((field) => [field.name, field.value]));
    record.units[unit] = { fields, base: record.units[unit]?.base ?? known[unit] };
    outbox.keep(sheet, record);
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }

  const save = () => (running ??= sendAll().finally(() => { running = null; }));

  async function sendAll() {
    clearTimeout(timer);
    for (;;) {
      const batch = Object.fromEntries(
        Object.entries(record.units).filter(([unit]) => sound(unit) && !clashing.has(unit)),
      );
      if (!Object.keys(batch).length) return;
      state("saving", text.textSaving);
      const told = await outbox.send(record.url, batch, token());
      if (told.lost) return later();
      failures = 0;
      if (!told.state) return refused(told);
      acknowledge(batch, told);
    }
  }

  function acknowledge(batch, told) {
    const clashes = new Map((told.clashes || []).map((clash) => [clash.unit, clash]));
    for (const [unit, sent] of Object.entries(batch)) {
      if (clashes.has(unit)) continue;
      known[unit] = told.state[unit];
      if (same(record.units[unit]?.fields, sent.fields)) delete record.units[unit];
      else if (record.units[unit]) record.units[unit].base = known[unit];
    }
    outbox.keep(sheet, record);
    form.elements.seen.value = JSON.stringify(known);
    for (const clash of clashes.values()) show(clash);
    if (clashing.size) state("conflict", text.textConflict);
    else state("saved", fill(text.textSaved, { time: told.saved_at }));
  }

  // What the server will not take is never thrown away here: it stays in the browser until the member decides.
  function refused(told) {
    state("refused", fill(text.textRefused, { message: told.message || text.textStale }));
    if (told.status === 401) timer = setTimeout(save, RETRY.at(-1));
  }

  function later() {
    state("offline", fill(text.textOffline, { count: count() }));
    timer = setTimeout(save, RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  }

  // --- both changed -----------------------------------------------------------------------------------------------
  function show(clash) {
    if (clashing.has(clash.unit)) return;
    const made = root.querySelector("[data-clash]").content.firstElementChild.cloneNode(true);
    made.querySelector("[data-clash-label]").textContent = clash.label;
    made.querySelector("[data-clash-mine]").textContent = clash.yours || "—";
    made.querySelector("[data-clash-theirs]").textContent = clash.theirs || "—";
    clashing.set(clash.unit, made);
    const settle = () => {
      made.remove();
      clashing.delete(clash.unit);
      known[clash.unit] = clash.state;
    };
    made.querySelector("[data-take-mine]").addEventListener("click", () => {
      settle();
      record.units[clash.unit].base = clash.state;
      save();
    });
    made.querySelector("[data-take-theirs]").addEventListener("click", () => {
      settle();
      delete record.units[clash.unit];
      outbox.keep(sheet, record);
      put(clash.unit, clash.state);
      state("saved", text.textTheirs);
      save();
    });
    form.prepend(made);
    made.focus();
  }

  function put(unit, values) {
    fieldsOf(unit).forEach((field, place) => { field.value = values[place]; });
    form.dispatchEvent(new CustomEvent("bench:put", { detail: { unit } }));
  }

  function restore() {
    const left = outbox.read(sheet);
    for (const [unit, { fields, base }] of Object.entries(left?.units || {})) {
      const here = fieldsOf(unit);
      if (!here.length) continue;
      for (const field of here) if (field.name in fields) field.value = fields[field.name];
      record.units[unit] = { fields, base };
      form.dispatchEvent(new CustomEvent("bench:put", { detail: { unit } }));
    }
    if (count()) timer = setTimeout(save, WAIT);
    if (navigator.onLine) outbox.sendOthers(sheet, token());
  }

  form.addEventListener("input", ({ target }) => { if (target.dataset.unit) changed(target.dataset.unit); }, { signal });
  // A submit by button carries every field with what the page knew. Nothing is forgotten here before the server has it:
  // what it then already holds is acknowledged when it is sent once more.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!navigator.onLine) {
      event.preventDefault();
      return later();
    }
    form.elements.seen.value = JSON.stringify({
      ...known,
      ...Object.fromEntries(Object.entries(record.units).map(([unit, one]) => [unit, one.base])),
    });
  }, { signal });
  window.addEventListener("online", () => {
    failures = 0;
    save();
    outbox.sendOthers(sheet, token());
  }, { signal });
  window.addEventListener("offline", () => state("offline", fill(text.textOffline, { count: count() })), { signal });
  window.addEventListener("pagehide", () => { if (count()) save(); }, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));

  // Resolves to whether everything typed is with the server.
  form.saveNow = async () => {
    await save();
    if (count() && !clashing.size) await save();
    return !count();
  };
  restore();

  // Handed in meanwhile: what was typed elsewhere and came too late is shown, and goes only when the member says so.
  function showLost(place, left) {
    const list = place.querySelector("ul");
    for (const { fields } of Object.values(left.units)) {
      const line = document.createElement("li");
      line.textContent = Object.values(fields).filter(Boolean).join(" · ");
      list.append(line);
    }
    place.querySelector("button").addEventListener("click", () => {
      outbox.drop(place.dataset.lost);
      place.remove();
    });
    place.hidden = false;
  }
});
