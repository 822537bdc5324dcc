// What a member typed stays in this browser until the server has acknowledged it: one record per person and sheet,
//   {url, title, units: {unit: {fields: {name: value}, base: [text, …]}}}
// A unit is a factor (points, words, pages) or a field of the whole sheet. `base` is what the server held when the typing
// began: the server writes over nothing newer, it answers 409 with both sides and the member chooses.
window.benchOutbox = (() => {
  "use strict";
  const prefix = `sheet:${document.body.dataset.owner || ""}:`;

  function read(sheet) {
    try {
      const found = JSON.parse(localStorage.getItem(prefix + sheet));
      return found && found.units ? found : null;
    } catch {
      return null;
    }
  }

  function keep(sheet, record) {
    try {
      if (Object.keys(record.units).length) localStorage.setItem(prefix + sheet, JSON.stringify(record));
      else localStorage.removeItem(prefix + sheet);
    } catch { /* storage full or forbidden: what was typed is still in the page */ }
  }

  const drop = (sheet) => localStorage.removeItem(prefix + sheet);

  const others = (sheet) =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix) && key !== prefix + sheet)
      .map((key) => key.slice(prefix.length));

  // {lost: true} when nothing was heard; else {ok, status} with what the server told.
  async function send(url, units, token) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    const seen = {};
    for (const [unit, { fields, base }] of Object.entries(units)) {
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      seen[unit] = base;
    }
    body.set("seen", JSON.stringify(seen));
    let answer;
    try {
      answer = await fetch(url, { method: "POST", body, headers: { accept: "application/json" } });
    } catch {
      return { lost: true };
    }
    if (answer.status >= 500) return { lost: true };
    const told = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : {};
    return { ...told, ok: answer.ok, status: answer.status };
  }

  // Sheets left behind without a network are sent from whatever page is open; what clashes waits for its own page.
  async function sendOthers(sheet, token) {
    for (const left of others(sheet)) {
      const record = read(left);
      if (!record) continue;
      const told = await send(record.url, record.units, token);
      if (told.lost) return;
      const clashing = new Set((told.clashes || []).map((clash) => clash.unit));
      if (!told.ok && !told.clashes) continue;
      record.units = Object.fromEntries(Object.entries(record.units).filter(([unit]) => clashing.has(unit)));
      keep(left, record);
    }
  }

  const waiting = (sheet) => others(sheet).map(read).filter(Boolean);

  // On the list of sheets: send what is left over, then name what still waits.
  async function onList(place) {
    await sendOthers("", place.querySelector("[name=csrfmiddlewaretoken]").value);
    const list = place.querySelector("ul");
    list.replaceChildren(
      ...waiting("").map((record) => {
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = record.page;
        link.textContent = record.title;
        line.append(link);
        return line;
      }),
    );
    place.hidden = !list.children.length;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector("[data-leftover]");
    if (!place) return;
    onList(place);
    window.addEventListener("online", () => onList(place));
  });

  return { read, keep, drop, send, sendOthers, waiting };
})();
