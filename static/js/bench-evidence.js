// Pages of the document as evidence for a factor: pinned with the button under a page, or with `e` for the page in view.
// The pins are a hidden field of the factor ("file/page file/page"), saved and synced like its points.
document.addEventListener("bench:open", (event) => {
  "use strict";
  const { root, signal } = event.detail;
  const form = root.querySelector("form");
  const pane = root.querySelector("#bench-document");
  const pages = [...root.querySelectorAll("[data-page]")];
  const factors = [...root.querySelectorAll("[data-factor]")];
  const writable = form.matches("[data-scoring]");
  const fieldOf = (factor) => factor.querySelector("input.factor__pins");
  const pinsOf = (factor) => fieldOf(factor).value.split(" ").filter(Boolean);
  const pageOf = (pin) => pages.find((page) => page.dataset.page === pin);

  function go(link) {
    const part = root.querySelector(link.hash.replace(/[^#\w-]/g, ""));
    if (!part) return false;
    part.scrollIntoView({ block: "start" });
    part.focus({ preventScroll: true });
    return true;
  }

  function draw(factor) {
    const list = factor.querySelector("[data-pins]");
    const words = list.dataset;
    list.replaceChildren(
      ...pinsOf(factor).map((pin) => {
        const page = pageOf(pin);
        const line = document.createElement("li");
        const link = document.createElement("a");
        link.href = page ? `#${page.id}` : "#bench-document";
        link.textContent = page ? page.dataset.label : pin;
        link.dataset.evidence = "";
        const off = document.createElement("button");
        off.type = "button";
        off.className = "pin__off";
        off.textContent = "×";
        off.setAttribute("aria-label", words.textOff.replace("{page}", link.textContent));
        off.addEventListener("click", () => {
          write(factor, pinsOf(factor).filter((one) => one !== pin));
          factor.querySelector("input.factor__value").focus();
        });
        line.append(link, off);
        return line;
      }),
    );
  }

  function write(factor, pins) {
    fieldOf(factor).value = pins.join(" ");
    draw(factor);
    fieldOf(factor).dispatchEvent(new Event("input", { bubbles: true }));
  }

  function pin(page) {
    const factor = form.currentFactor();
    const pins = pinsOf(factor);
    if (!pins.includes(page.dataset.page)) write(factor, [...pins, page.dataset.page]);
    const place = document.querySelector("[data-announcer]");
    const name = factor.querySelector(".factor__name").textContent;
    place.textContent = root.dataset.textPinned.replace("{page}", page.dataset.label).replace("{factor}", name);
    page.classList.add("bench__sheet--pinned");
  }

  // The page that fills most of the pane.
  function pageInView() {
    const frame = pane.scrollHeight > pane.clientHeight + 1 ? pane.getBoundingClientRect() : { top: 0, bottom: innerHeight };
    const seen = (page) => {
      const box = page.getBoundingClientRect();
      return Math.min(box.bottom, frame.bottom) - Math.max(box.top, frame.top);
    };
    const best = pages.reduce((one, other) => (seen(other) > seen(one) ? other : one), pages[0]);
    return best && seen(best) > 0 ? best : null;
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-evidence]");
    if (link && go(link)) event.preventDefault();
    const button = event.target.closest("[data-pin]");
    if (button) pin(button.closest("[data-page]"));
  }, { signal });
  if (!writable) return;
  for (const button of root.querySelectorAll("[data-pin]")) button.hidden = false;
  factors.forEach(draw);
  form.addEventListener("bench:put", () => factors.forEach(draw), { signal });
  form.pinPageInView = () => {
    const page = pageInView();
    if (page) pin(page);
  };
});
