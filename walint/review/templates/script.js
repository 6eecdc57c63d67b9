"use strict";
// Everything is on the page already; this opens, filters and remembers in the address.
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const theme = document.getElementById("theme");
  const parts = [...document.querySelectorAll("[data-filter]")];
  const texts = new Map();
  const names = ["pillar", "severity", "service", "state", "text"];
  const has = (element, name, wanted) => !wanted || (element.dataset[name] || "").split(" ").includes(wanted);

  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, `${element.id} ${element.textContent}`.toLowerCase());
    return texts.get(element);
  };

  // What all findings of a rule have in common stands at the rule. Rows of the boards say nothing of severities and
  // services: those filters pass them by.
  const fits = (element, wanted) =>
    names.slice(0, 4).every((name) => {
      const holder = element.closest(`[data-${name}]`);
      return !holder || has(holder, name, wanted[name]);
    }) &&
    (!wanted.text || textOf(element).includes(wanted.text.toLowerCase()));

  const hideEmpty = (selector, inner) => {
    for (const element of document.querySelectorAll(selector))
      element.classList.toggle("filtered", !element.querySelector(`${inner}:not(.filtered)`));
  };

  const filter = () => {
    const wanted = Object.fromEntries(names.map((name) => [name, form.elements[name].value.trim()]));
    const any = names.some((name) => wanted[name]);
    let count = 0, total = 0;
    for (const element of parts) {
      const fit = fits(element, wanted);
      element.classList.toggle("filtered", !fit);
      if ("count" in element.dataset) { total += 1; count += fit; }
    }
    for (const [selector, inner] of [
      ["details.question", ".practice"], ["details.pillar", ".practice"], [".of-rule", ".finding"],
      [".graph-of", ".resource"], [".category", "li"], [".board table", "tbody tr"],
    ]) hideEmpty(selector, inner);
    if (any) for (const element of document.querySelectorAll("details.pillar, details.question")) element.open = true;
    shown.value = any ? `${count} of ${total} findings` : `${total} findings`;
    return wanted;
  };

  const remember = (wanted) => {
    const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
    history.replaceState(null, "", query ? `#?${query}` : location.pathname + location.search);
  };

  // An anchor inside of what is shut or filtered out is opened first.
  const reveal = (id) => {
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest(".filtered")) { form.reset(); filter(); }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    const focus = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    if (focus === target && !target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    focus.focus({ preventScroll: true });
  };

  const follow = () => {
    const hash = location.hash.slice(1);
    if (!hash.startsWith("?")) return reveal(decodeURIComponent(hash));
    const query = new URLSearchParams(hash.slice(1));
    for (const name of names) form.elements[name].value = query.get(name) || "";
    filter();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => remember(filter()));
  form.addEventListener("reset", () => setTimeout(() => remember(filter())));
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"], a[*|href^="#"]');
    const id = link && (link.getAttribute("href") || "").slice(1);
    if (id && location.hash.slice(1) === id) reveal(id);
  });

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  theme.hidden = false;
  theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; name(); });
  dark.addEventListener("change", name);
  name();

  let shut = [];
  addEventListener("beforeprint", () => {
    shut = [...document.querySelectorAll("details:not([open])")].filter((it) => !it.closest(".resources, .more"));
    for (const element of shut) element.open = true;
  });
  addEventListener("afterprint", () => { for (const element of shut) element.open = false; });

  filter();
  follow();
})();
