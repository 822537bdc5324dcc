// The server's clock rules: every countdown and every closing form follows it, not the visitor's computer.
(() => {
  "use strict";
  const serverNow = Date.parse(document.documentElement.dataset.serverNow);
  if (Number.isNaN(serverNow)) return;
  // The page took some time to arrive; performance.now() counts from the start of navigation and cannot be set back.
  const arrival = performance.getEntriesByType("navigation")[0]?.responseStart || 0;
  const now = () => serverNow + performance.now() - arrival;
  const beijing = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "medium",
  });
  const fill = (text, values) => text.replace(/\{(\w)\}/g, (_, key) => values[key]);

  function left(element, ms) {
    const text = element.dataset;
    if (ms <= 0) return text.textOver;
    const s = Math.floor(ms / 1000);
    const values = { d: Math.floor(s / 86400), h: Math.floor(s / 3600), m: Math.floor(s / 60) % 60, s: s % 60 };
    if (values.d >= 1) return "";
    return fill(values.h >= 1 ? text.textHours : text.textSeconds, values);
  }

  function close(form) {
    if (form.dataset.closed) return;
    form.dataset.closed = "1";
    form.dispatchEvent(new CustomEvent("portal:closed", { bubbles: true }));
    form.querySelectorAll("input:not([type=hidden]), select, textarea, button").forEach((control) => {
      control.disabled = true;
    });
    const note = document.createElement("p");
    note.className = "notice tone-warn";
    note.setAttribute("role", "alert");
    note.textContent = form.dataset.textClosed;
    form.prepend(note);
  }

  function tick() {
    const at = now();
    document.querySelectorAll("[data-clock]").forEach((element) => {
      element.textContent = beijing.format(at);
    });
    document.querySelectorAll("[data-countdown]").forEach((element) => {
      const phrase = left(element, Date.parse(element.dataset.countdown) - at);
      if (phrase && phrase !== element.textContent) element.textContent = phrase;
    });
    document.querySelectorAll("form[data-closes-at]").forEach((form) => {
      if (at >= Date.parse(form.dataset.closesAt)) close(form);
    });
  }

  tick();
  setInterval(tick, 1000);
})();
