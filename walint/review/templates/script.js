// Opens, filters, and remembers in the address.
const form = document.getElementById("filters");
const shown = document.getElementById("shown");
const parts = [...document.querySelectorAll("[data-filter]")];
const names = ["pillar", "severity", "service", "state", "text"];
const texts = new Map();

const textOf = (it, text) => {
  if (!texts.has(it)) texts.set(it, text().toLowerCase());
  return texts.get(it);
};
const source = (it, first, last) => {
  const lines = [];
  for (let number = first; number <= last; number += 1) lines.push(lineAt(it.file, number));
  return lines.join(" ");
};

// What a filter may ask of each thing: of each name the values that it has, and its text.
const ofItem = (it) => ({
  pillar: [it.rule.pillar], severity: [it.severity], service: [it.service], state: [it.state],
  text: () => [it.id, it.rule.id, it.message, it.address, ...it.resources.map((one) => one.address), data.files[it.file || 0], it.when, it.why, source(it, it.line - 1, it.line + 1)].join(" "),
});
const ofResource = (it) => ({
  pillar: it.items.map((one) => one.rule.pillar), severity: [it.worst],
  service: [it.service, ...it.items.map((one) => one.service)],
  state: it.items.length ? it.items.map((one) => one.state) : ["met"],
  text: () => [it.id, it.address, it.type, it.sourceType, data.files[it.file || 0], ...it.items.map((one) => `${one.rule.id} ${one.message}`), source(it, it.line, it.line + (it.shown || 0) - 1)].join(" "),
});
// Rows of the boards say nothing of severities and services: those filters pass them by.
const ofPart = (it) => ({
  ...Object.fromEntries(names.slice(0, 4).map((name) => [name, it.dataset[name]?.split(" ")])),
  text: () => `${it.id} ${it.textContent}`,
});
const fits = (it, told, wanted) => {
  const has = told(it);
  return names.slice(0, 4).every((name) => !wanted[name] || !has[name] || has[name].includes(wanted[name])) &&
    (!wanted.text || textOf(it, has.text).includes(wanted.text.toLowerCase()));
};

const filter = () => {
  const wanted = Object.fromEntries(names.map((name) => [name, form.elements[name].value.trim()]));
  const any = names.some((name) => wanted[name]);
  for (const element of parts) element.classList.toggle("filtered", !fits(element, ofPart, wanted));
  let count = 0;
  for (const list of lists) {
    if (list.filtered) {
      list.fitting = list.entries.filter((it) => fits(it, list.made === finding ? ofItem : ofResource, wanted));
      list.element.classList.toggle("filtered", !list.fitting.length);
      const [here, of] = [list.fitting.length, list.entries.length];
      list.element.querySelector(".number").textContent = here === of ? of : `${here} of ${of}`;
      if (list.made === finding) count += here;
    }
    if (list.element.open) fill(list);
    else list.place.replaceChildren();
  }
  for (const [selector, inner] of [
    ["details.question", ".practice"], ["details.pillar", ".practice"], [".category", "li[data-filter]"], [".board table", "tbody tr"],
  ])
    for (const element of document.querySelectorAll(selector))
      element.classList.toggle("filtered", !element.querySelector(`${inner}:not(.filtered)`));
  if (any) for (const element of document.querySelectorAll("details.pillar, details.question")) element.open = true;
  shown.value = any ? `${count} of ${items.length} findings` : `${items.length} findings`;
  return wanted;
};

const remember = (wanted) => {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
  history.replaceState(null, "", query ? `#?${query}` : location.pathname + location.search);
};

// What is put aside as a template until somebody wants to see it.
const unpack = (element) => {
  for (const template of element.querySelectorAll("template")) template.replaceWith(template.content);
};
const listOf = (id) => lists.find((list) => list.filtered && list.entries.some((it) => it.id === id));

// An anchor that is shut, filtered out or not made yet is brought up first.
const reveal = (id) => {
  const list = id && listOf(id);
  if (list && !list.fitting.some((it) => it.id === id)) { form.reset(); filter(); }
  if (list && !document.getElementById(id)) { list.element.open = true; fill(list, Infinity); }
  if (id && !document.getElementById(id)) unpack(document);
  const target = id && document.getElementById(id);
  if (!target) return;
  if (target.closest(".filtered")) { form.reset(); filter(); }
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  const focus = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
  if (focus === target && !target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  // Lists are made once their opening is told of, and move what is below them.
  setTimeout(() => { target.scrollIntoView(); focus.focus({ preventScroll: true }); });
};

const follow = () => {
  const hash = location.hash.slice(1);
  if (!hash.startsWith("?")) return reveal(decodeURIComponent(hash));
  const query = new URLSearchParams(hash.slice(1));
  for (const name of names) form.elements[name].value = query.get(name) || "";
  filter();
  form.scrollIntoView();
};

document.addEventListener("toggle", ({ target }) => {
  if (!target.open) return;
  unpack(target);
  const list = lists.find((it) => it.element === target);
  if (list && !list.place.firstChild) fill(list);
}, true);
form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => remember(filter()));
form.addEventListener("reset", () => setTimeout(() => remember(filter())));
addEventListener("hashchange", follow);
document.addEventListener("click", (event) => {
  const anchor = event.target.closest('a[href^="#"], a[*|href^="#"]');
  const id = anchor && (anchor.getAttribute("href") || "").slice(1);
  if (id && location.hash.slice(1) === id) follow();
});

const theme = document.getElementById("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
theme.hidden = false;
theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; name(); });
dark.addEventListener("change", name);
name();

let shut = [];
addEventListener("beforeprint", () => {
  shut = [...document.querySelectorAll("details:not([open])")].filter((it) => !it.closest(".resources, .more, .which"));
  for (const element of shut) element.open = true;
  for (const list of lists) if (list.made === finding) fill(list, PRINTED);
});
addEventListener("afterprint", () => {
  for (const element of shut) element.open = false;
  filter();
});

filter();
follow();
