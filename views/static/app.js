"use strict";
// Everything here is a convenience: each page works without it.
(() => {
  document.documentElement.classList.add("scripted");
  const wide = matchMedia("(min-width: 62rem)");

  // Typing pinyin fires an event per letter; only finished words are looked up.
  const typed = (input, wait, fn) => {
    let timer, composing = false;
    const later = () => { clearTimeout(timer); if (!composing) timer = setTimeout(fn, wait); };
    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; later(); });
    input.addEventListener("input", later);
  };

  const suggest = (input) => {
    const box = document.getElementById("suggestions");
    let at = -1, asked = 0;
    const options = () => [...box.querySelectorAll("[role=option]")];
    const show = (on) => {
      box.hidden = !on;
      input.setAttribute("aria-expanded", String(on));
      if (!on) { at = -1; input.removeAttribute("aria-activedescendant"); }
    };
    const mark = (to) => {
      const all = options();
      if (!all.length) return;
      at = (to + all.length) % all.length;
      all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
      all[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", all[at].id);
    };
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", "suggestions");
    typed(input, 150, async () => {
      const q = input.value.trim(), mine = ++asked;
      if (!q) return show(false);
      try {
        const res = await fetch(input.dataset.suggest + "?q=" + encodeURIComponent(q), { headers: { "HX-Request": "true" } });
        const html = await res.text();
        if (mine !== asked || !res.ok) return;
        box.innerHTML = html;
        show(true);
      } catch { show(false); }
    });
    input.addEventListener("keydown", (e) => {
      if (e.isComposing || box.hidden) return;
      if (e.key === "ArrowDown") { e.preventDefault(); mark(at + 1); }
      else if (e.key === "ArrowUp") { e.preventDefault(); mark(at - 1); }
      else if (e.key === "Escape") show(false);
      else if (e.key === "Enter" && at >= 0) { e.preventDefault(); options()[at].click(); }
    });
    document.addEventListener("click", (e) => { if (!box.contains(e.target) && e.target !== input) show(false); });
  };

  const industries = (input) => {
    if (input.dataset.ready) return;
    input.dataset.ready = "1";
    typed(input, 150, async () => {
      const res = await fetch(input.dataset.industries + "?q=" + encodeURIComponent(input.value.trim()));
      if (!res.ok) return;
      const list = document.getElementById("industry-list");
      list.replaceChildren(...(await res.json()).map((i) => {
        const o = document.createElement("option");
        o.value = i.code;
        o.label = i.code + " " + i.name;
        return o;
      }));
    });
  };

  const prepare = (root) => {
    root.querySelectorAll("[data-industries]").forEach(industries);
    root.querySelectorAll("[data-panel]").forEach((p) => { p.open = wide.matches; });
  };

  document.addEventListener("click", (e) => { if (e.target.closest("[data-print]")) print(); });
  document.addEventListener("htmx:afterSwap", (e) => {
    prepare(e.target);
    const to = e.target.querySelector(".errors") || (e.target.id === "match" && e.target.querySelector("#answer"));
    if (to) to.focus();
  });
  addEventListener("DOMContentLoaded", () => {
    const q = document.getElementById("q");
    if (q) suggest(q);
    prepare(document);
    const errors = document.querySelector(".errors");
    if (errors) errors.focus();
  });
})();
