// Running total of a budget and its shares, while typing. The server adds up again; this only saves a round trip.
(() => {
  "use strict";
  const place = document.querySelector("[data-budget]");
  const form = place && place.closest("form");
  if (!form) return;
  const total = place.querySelector("[data-budget-total]");
  const notes = place.querySelector("[data-budget-notes]");
  const text = place.dataset;
  const money = new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const number = (value) => Number(String(value || "").normalize("NFKC").replace(/[,\s¥元]/g, "")) || 0;
  const percent = (share) => `${Math.round(share * 1000) / 10}%`;
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);

  function lines() {
    const found = [];
    const count = Number(form.elements["lines-TOTAL_FORMS"]?.value || 0);
    for (let index = 0; index < count; index += 1) {
      const field = (name) => form.elements[`lines-${index}-${name}`];
      if (!field("quantity") || field("DELETE")?.checked) continue;
      // Cents, so that sums stay exact.
      const price = number(field("unit_price").value);
      found.push({ row: index + 1, item: field("item").value, price, cents: Math.round(number(field("quantity").value) * price * 100) });
    }
    return found;
  }

  function show() {
    const all = lines();
    const sum = all.reduce((cents, line) => cents + line.cents, 0);
    const of = (item) => all.filter((line) => line.item === item).reduce((cents, line) => cents + line.cents, 0) / (sum || 1);
    total.textContent = `${money.format(sum / 100)} 元`;
    const kind = form.querySelector("[name=work_type]:checked")?.value;
    const staffCap = Number(kind === "activity" ? text.staffActivity : text.staffSocialWork);
    const words = [];
    if (of("staff") > staffCap) words.push(fill(text.textStaff, { share: percent(of("staff")), cap: percent(staffCap) }));
    if (of("management") > Number(text.management)) words.push(fill(text.textManagement, { share: percent(of("management")), cap: percent(Number(text.management)) }));
    for (const line of all) {
      if (line.item === "volunteer" && line.price > Number(text.volunteer)) words.push(fill(text.textVolunteer, { row: line.row, cap: text.volunteer }));
    }
    if (text.limit && sum / 100 > Number(text.limit)) words.push(fill(text.textLimit, { cap: money.format(Number(text.limit)) }));
    notes.replaceChildren(...words.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
  }

  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
})();
