// 在浏览器重算: reads the draw's record and computes it anew with SubtleCrypto, by the description in evaluation/drawing.py.
(() => {
  "use strict";
  const box = document.querySelector("[data-draw]");
  if (!box || !window.crypto?.subtle) return;
  const button = box.querySelector("[data-draw-verify]");
  const result = box.querySelector("[data-draw-result]");
  const bytes = new TextEncoder();
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const sha = async (text) => hex(await crypto.subtle.digest("SHA-256", bytes.encode(text)));
  // By code point, as the record's maker sorts: ids are hexadecimal, so plain comparison is the same.
  const ascending = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  async function* numbers(seed, label) {
    const raw = new Uint8Array(seed.match(/../g).map((pair) => parseInt(pair, 16)));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    for (let counter = 0; ; counter += 1) {
      const block = new DataView(await crypto.subtle.sign("HMAC", key, bytes.encode(`${label}:${counter}`)));
      for (let at = 0; at < 32; at += 8) yield block.getBigUint64(at);
    }
  }

  async function shuffled(seed, kind, ids) {
    const order = [...ids].sort(ascending);
    const stream = numbers(seed, kind);
    for (let last = order.length - 1; last > 0; last -= 1) {
      const size = BigInt(last + 1);
      const fair = 2n ** 64n - (2n ** 64n % size);
      let number;
      do number = (await stream.next()).value; while (number >= fair);
      const chosen = Number(number % size);
      [order[last], order[chosen]] = [order[chosen], order[last]];
    }
    return order;
  }

  function picked(orders, pool, quota) {
    const employer = Object.fromEntries(pool.map((one) => [one.id, one.employer]));
    const seated = new Set();
    const taken = [];
    const passed = [];
    for (const [kind, wanted] of quota) {
      let seats = 0;
      for (const [place, id] of orders[kind].entries()) {
        if (seats === wanted) break;
        const pick = { kind, rank: place + 1, id };
        if (employer[id] && seated.has(employer[id])) {
          passed.push(pick);
          continue;
        }
        taken.push(pick);
        seated.add(employer[id]);
        seats += 1;
      }
    }
    return { taken, passed };
  }

  async function problems(record) {
    const found = [];
    const same = (name, computed) => {
      const plain = (value) => JSON.stringify(value, (_, part) =>
        part && typeof part === "object" && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => ascending(a, b)))
          : part);
      if (plain(record[name]) !== plain(computed)) found.push(name);
    };
    const byId = (a, b) => ascending(a.id, b.id);
    const lines = [...record.pool].sort(byId).map((one) => `${one.id}|${one.kind}|${one.employer}\n`);
    const out = [...record.exclusions].sort(byId).map((one) => `${one.id}|${one.kind}|${one.reasons.join(";")}\n`);
    same("commitment", await sha(record.nonce));
    same("pool_root", await sha(lines.join("")));
    same("exclusions_root", await sha(out.join("")));
    const quota = record.quota.map(([kind, number]) => `${kind}=${number}`).join(",");
    const parts = ["portal-draw-1", record.panel, record.nonce, record.words, record.pool_root, record.exclusions_root, quota];
    same("seed", await sha(parts.join("\n")));
    const orders = {};
    for (const [kind] of record.quota) {
      const ids = record.pool.filter((one) => one.kind === kind).map((one) => one.id);
      orders[kind] = await shuffled(record.seed, kind, ids);
    }
    same("orders", orders);
    const { taken, passed } = picked(orders, record.pool, record.quota);
    same("selected", taken);
    same("passed_over", passed);
    return found;
  }

  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = box.dataset;
    button.disabled = true;
    result.textContent = text.textBusy;
    try {
      const answer = await fetch(text.record, { headers: { accept: "application/json" } });
      const found = await problems(await answer.json());
      result.dataset.drawState = found.length ? "bad" : "ok";
      result.textContent = found.length ? text.textBad.replace("{what}", found.join("、")) : text.textOk;
    } catch {
      result.textContent = text.textFail;
    }
    button.disabled = false;
  });
})();
