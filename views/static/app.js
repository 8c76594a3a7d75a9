"use strict";
// Everything here is a convenience: each page works without it.
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.documentElement.classList.add("scripted");

  // Typing pinyin fires an event per letter; only finished words are looked up.
  const typed = (input, look, wait = 150) => {
    let timer, composing = false;
    const later = () => { clearTimeout(timer); if (!composing) timer = setTimeout(look, wait); };
    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; later(); });
    input.addEventListener("input", later);
  };

  // The search box is a combobox over the list the server sends.
  const suggest = (input) => {
    const box = one("#suggestions");
    let asked = 0;
    const options = () => all("a[role=option]", box);
    const chosen = () => options().find((o) => o.getAttribute("aria-selected") === "true");
    const show = (on) => { box.hidden = !on; input.setAttribute("aria-expanded", on); input.removeAttribute("aria-activedescendant"); };
    const mark = (step) => {
      const list = options(), at = list.indexOf(chosen());
      if (!list.length) return;
      const next = list[(Math.max(at, step < 0 ? 0 : -1) + step + list.length) % list.length];
      list.forEach((o) => o.setAttribute("aria-selected", o === next));
      next.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", next.id);
    };
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", box.id], ["aria-expanded", false]]) input.setAttribute(name, value);
    typed(input, async () => {
      const q = input.value.trim(), mine = ++asked;
      if (!q) return show(false);
      const res = await fetch(input.dataset.suggest + "?q=" + encodeURIComponent(q), { headers: { "HX-Request": "true" } }).catch(() => null);
      const html = res?.ok ? await res.text() : "";
      if (mine !== asked) return;
      box.innerHTML = html;
      show(html !== "" && input === document.activeElement);
    });
    input.addEventListener("keydown", (e) => {
      if (e.isComposing || box.hidden) return;
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); mark(e.key === "ArrowDown" ? 1 : -1); }
      else if (e.key === "Escape") { e.preventDefault(); show(false); }
      else if (e.key === "Enter" && chosen()) { e.preventDefault(); chosen().click(); }
    });
    document.addEventListener("focusin", (e) => { if (!box.contains(e.target) && e.target !== input) show(false); });
    document.addEventListener("pointerdown", (e) => { if (!box.contains(e.target) && e.target !== input) show(false); });
  };

  // Browsers hide what does not hold the letters typed, so that what was found by its
  // sound or in English says them too.
  const lookup = (input) => typed(input, async () => {
    const q = input.value.trim();
    const res = await fetch(input.dataset.lookup + "?q=" + encodeURIComponent(q)).catch(() => null);
    const label = (i) => i.code + " " + i.name + ((i.code + " " + i.name).toLowerCase().includes(q.toLowerCase()) ? "" : " · " + q);
    if (res?.ok) input.list.replaceChildren(...(await res.json()).map((i) => new Option(label(i), i.code)));
  });

  // A form with a live answer asks when a word is finished or a choice is made.
  const live = (form) => {
    const ask = () => form.dispatchEvent(new Event("typed"));
    all("textarea, input:not([type=checkbox])", form).forEach((i) => typed(i, ask, 500));
    form.addEventListener("change", ask);
  };

  const prepare = (root) => {
    all("[data-suggest]", root).forEach(suggest);
    all("[data-lookup]", root).forEach(lookup);
    all("[data-live]", root).forEach(live);
    all("[data-panel]", root).forEach((p) => { p.open = matchMedia("(min-width: 62rem)").matches; });
    (one(".errors", root) || (root.id === "match" && one("#answer", root)))?.focus?.();
  };
  document.addEventListener("click", (e) => { if (e.target.closest("[data-print]")) print(); });

  document.addEventListener("submit", (e) => { const ask = e.target.dataset?.confirm; if (ask && !confirm(ask)) e.preventDefault(); });

  // Requests carry only what is filled in, so that addresses stay short.
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.verb === "get") [...e.detail.formData].forEach(([name, value]) => { if (!value && name !== "text") e.detail.formData.delete(name); });
  });
  // An exchange of the list keeps what was unfolded, and says the new count. Going back
  // exchanges the whole page, which has no target.
  let unfolded = [];
  document.addEventListener("htmx:beforeSwap", (e) => { unfolded = all("details[id]", e.detail.target).map((d) => [d.id, d.open]); });
  document.addEventListener("htmx:afterSwap", (e) => {
    const root = e.detail.target || document;
    prepare(root);
    unfolded.forEach(([id, open]) => { const d = document.getElementById(id); if (d) d.open = open; });
    if (root.id === "instant") one("#live").textContent = one("h2", root).textContent;
    if (root.id === "results") one("#live").textContent = one(".total", root).textContent;
  });
  prepare(document);
})();
