// Courtesies of forms: focus on the error summary, one submit per click, characters left, more rows.
(() => {
  "use strict";
  const announce = (text) => {
    const place = document.querySelector("[data-announcer]");
    if (place) place.textContent = text;
  };

  function focusErrors(root) {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  // A link of the summary opens what hides its field and puts the cursor there, with the label in view.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    (field.closest(".field, td") || field).scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });

  // The button keeps its name and value for the request in flight and takes no second click.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.submitting) {
      event.preventDefault();
      return;
    }
    form.dataset.submitting = "1";
    form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
    announce(document.body.dataset.textSubmitting || "");
  });

  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-submitting]").forEach((form) => {
      delete form.dataset.submitting;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });

  function count(note) {
    const area = document.getElementById(note.dataset.countFor);
    if (!area) return;
    const limit = Number(area.getAttribute("maxlength"));
    // Over-long text is shown as too long, never cut while somebody pastes it.
    area.removeAttribute("maxlength");
    const show = () => {
      // Django counts a line break as two characters, as the browser sends it.
      const left = limit - area.value.replace(/\r?\n/g, "\r\n").length;
      note.textContent = (left < 0 ? note.dataset.textOver : note.dataset.text).replace("{n}", Math.abs(left));
      note.classList.toggle("field__count--over", left < 0);
    };
    area.addEventListener("input", show);
    show();
  }

  function growing(box) {
    const button = box.querySelector("[data-formset-add]");
    const total = box.querySelector(`[name="${box.dataset.formset}-TOTAL_FORMS"]`);
    const limit = box.querySelector(`[name="${box.dataset.formset}-MAX_NUM_FORMS"]`);
    const empty = box.querySelector("[data-formset-empty]");
    if (!button || !total || !empty) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const index = Number(total.value);
      if (limit && index >= Number(limit.value)) return;
      const markup = empty.innerHTML.replaceAll("__prefix__", index).replaceAll("__number__", index + 1);
      const rows = box.querySelector("[data-formset-rows]");
      rows.insertAdjacentHTML("beforeend", markup);
      total.value = index + 1;
      const row = rows.lastElementChild;
      row.querySelectorAll("[data-count-for]").forEach(count);
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function prepare(root) {
    focusErrors(root);
    root.querySelectorAll("[data-count-for]").forEach(count);
    root.querySelectorAll("[data-formset]").forEach(growing);
  }

  prepare(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) prepare(event.target);
  });
})();
