// Page tools: print, read aloud, menus that close, and text that survives a change of language or reading mode.
(() => {
  "use strict";

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  document.querySelectorAll("[data-read-aloud]").forEach((button) => {
    if (!("speechSynthesis" in window)) return;
    const start = button.textContent;
    const main = document.getElementById("main");
    button.hidden = false;
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) {
        speechSynthesis.cancel();
        button.textContent = start;
        return;
      }
      const words = new SpeechSynthesisUtterance(main.innerText);
      words.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
      words.onend = () => { button.textContent = start; };
      button.textContent = button.dataset.textStop;
      speechSynthesis.speak(words);
    });
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.who[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.who[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A table wider than its frame can be scrolled by keyboard, and only then is it a stop on the way.
  const scrollers = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const caption = target.querySelector("caption");
      if (target.scrollWidth > target.clientWidth) {
        target.tabIndex = 0;
        target.setAttribute("role", "region");
        if (caption) target.setAttribute("aria-label", caption.textContent.trim());
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
      }
    }
  });
  document.querySelectorAll(".table-wrap").forEach((frame) => scrollers.observe(frame));

  // Switching language or 关怀版 reloads the page: what was typed comes back, once, on the same page only.
  const KEY = "portal-switch";
  const fields = () => [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)")].filter(
    (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type),
  );
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-switch]")) return;
    const values = fields().map((field) => [field.name, field.type, field.value, field.checked]);
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, values }));
  });
  const kept = sessionStorage.getItem(KEY);
  if (kept) {
    sessionStorage.removeItem(KEY);
    const { path, values } = JSON.parse(kept);
    const here = fields();
    if (path === location.pathname && here.length === values.length) {
      here.forEach((field, index) => {
        const [name, type, value, checked] = values[index];
        if (field.name !== name || field.type !== type) return;
        if (type === "checkbox" || type === "radio") field.checked = checked;
        else field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
  }
})();
