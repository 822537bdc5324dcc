// Drafts save themselves: within two seconds of the last key, to the server, with the server's time shown.
//
// form[data-autosave-url] posts its fields (no files) with the CSRF token and the hidden `version`.
//   200 {version, saved_at, merged}          stored; fields somebody else changed are put into the page
//   409 {version, saved_at, editor, fields}  the named fields were changed by somebody else: the person chooses
//   422 {message}                            this draft may no longer be written
//   401 {message}                            signed out; kept here and tried again
// Text that could not be sent stays in localStorage until a save succeeds. See procurement/ui/autosave.py.
(() => {
  "use strict";
  const WAIT = 1200;
  const RETRY = [2000, 5000, 10000, 30000];
  const owner = document.body.dataset.owner || "";

  const valuesOf = (form) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };
  const textOf = (data) => new URLSearchParams(data).toString();
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--quiet";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  function put(form, name, value) {
    const field = form.elements[name];
    if (!field) return;
    if (field instanceof RadioNodeList) {
      for (const one of field) one.checked = one.value === value;
    } else if (field.type === "checkbox") field.checked = Boolean(value);
    else field.value = value;
  }

  function start(form) {
    const note = form.querySelector("[data-save-state]");
    if (!note) return;
    const text = note.dataset;
    const key = `draft:${owner}:${form.dataset.autosaveUrl}`;
    const snapshot = () => {
      const data = valuesOf(form);
      data.delete("csrfmiddlewaretoken");
      data.delete("version");
      return textOf(data);
    };
    let stored = snapshot();
    let timer = 0;
    let running = false;
    let failures = 0;
    let stopped = false;

    const show = (state, words) => {
      note.dataset.saveState = state;
      note.textContent = words;
    };
    const keep = () => {
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), body: snapshot() }));
      } catch { /* storage full or forbidden: the text is still in the page */ }
    };
    const later = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    };
    const clock = (iso) => iso.slice(11, 19);
    const setVersion = (version) => put(form, "version", version);

    async function save() {
      if (stopped || running) return;
      const sent = snapshot();
      if (sent === stored) return;
      running = true;
      show("saving", text.textSaving);
      keep();
      try {
        const response = await fetch(form.dataset.autosaveUrl, {
          method: "POST",
          body: valuesOf(form),
          credentials: "same-origin",
          headers: { "X-Requested-With": "fetch", Accept: "application/json" },
        });
        await read(response, sent);
        failures = 0;
      } catch {
        show("offline", text.textOffline);
        later(RETRY[Math.min(failures++, RETRY.length - 1)]);
      } finally {
        running = false;
      }
      if (!stopped && note.dataset.saveState === "saved" && snapshot() !== stored) later(WAIT);
    }

    async function read(response, sent) {
      if (response.status === 409) return conflict(await response.json());
      if (response.status === 422) {
        stopped = true;
        return show("refused", `${text.textRefused}：${(await response.json()).message}`);
      }
      if (response.status === 401) {
        // Signed out meanwhile: the text stays here and on this machine, and is tried again.
        show("refused", `${text.textRefused}：${(await response.json()).message}`);
        return later(RETRY[RETRY.length - 1]);
      }
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const answer = await response.json();
      const untouched = snapshot() === sent;
      setVersion(answer.version);
      for (const [name, value] of Object.entries(answer.merged || {})) put(form, name, value);
      stored = untouched ? snapshot() : sent;
      localStorage.removeItem(key);
      show("saved", fill(text.textSaved, { time: clock(answer.saved_at) }));
    }

    function conflict(answer) {
      stopped = true;
      show("conflict", text.textConflict);
      const panel = document.createElement("section");
      panel.className = "save-conflict notice tone-warn";
      panel.tabIndex = -1;
      panel.setAttribute("role", "alert");
      const title = document.createElement("h2");
      title.className = "notice__title";
      title.textContent = `${fill(text.textConflictTitle, answer)}（${clock(answer.saved_at)}）`;
      panel.append(title);
      let open = answer.fields.length;
      const settle = (row) => {
        row.remove();
        open -= 1;
        if (open) return;
        panel.remove();
        setVersion(answer.version);
        stopped = false;
        // Even where every value of the other side was taken, one save records the choice.
        stored = "";
        save();
      };
      for (const field of answer.fields) {
        const row = document.createElement("div");
        const label = document.createElement("h3");
        label.textContent = field.label;
        const values = document.createElement("div");
        values.className = "save-conflict__values";
        for (const [value, words, act] of [
          [field.yours, text.textMine, () => settle(row)],
          [field.theirs, text.textTheirs, () => {
            // A list or a table has no single field to put a value into: the page is drawn anew from the server.
            if (!field.name) {
              if (open === 1) localStorage.removeItem(key);
              location.reload();
              return;
            }
            put(form, field.name, field.theirs);
            settle(row);
          }],
        ]) {
          const side = document.createElement("div");
          const box = document.createElement("div");
          box.className = "save-conflict__value";
          box.textContent = value;
          side.append(box, button(words, act));
          values.append(side);
        }
        row.append(label, values);
        panel.append(row);
      }
      form.prepend(panel);
      panel.focus();
    }

    function offerLocal() {
      let local;
      try {
        local = JSON.parse(localStorage.getItem(key) || "null");
      } catch {
        local = null;
      }
      if (!local || local.body === stored) return localStorage.removeItem(key);
      const panel = document.createElement("div");
      panel.className = "notice tone-warn";
      panel.setAttribute("role", "status");
      const words = document.createElement("p");
      words.textContent = `${text.textLocal}（${new Date(local.at).toLocaleString()}）`;
      panel.append(
        words,
        button(text.textRestore, () => {
          const values = new URLSearchParams(local.body);
          for (const field of form.elements) {
            if (field.type === "checkbox" || field.type === "radio") {
              field.checked = values.getAll(field.name).includes(field.value);
            }
          }
          for (const [name, value] of values) if (form.elements[name]?.type !== "checkbox") put(form, name, value);
          panel.remove();
          changed();
        }),
        button(text.textDiscard, () => {
          localStorage.removeItem(key);
          panel.remove();
        }),
      );
      form.prepend(panel);
    }

    function changed() {
      if (stopped) return;
      show("dirty", text.textDirty);
      later(WAIT);
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => {
      stopped = true;
      clearTimeout(timer);
      localStorage.removeItem(key);
    });
    form.addEventListener("portal:closed", () => {
      stopped = true;
      clearTimeout(timer);
    });
    window.addEventListener("online", () => {
      failures = 0;
      later(0);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && !stopped && snapshot() !== stored) {
        keep();
        save();
      }
    });
    offerLocal();
  }

  document.querySelectorAll("form[data-autosave-url]").forEach(start);
})();
