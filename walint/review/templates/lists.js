"use strict";
// The lists are made when they are opened, out of the records that the page carries; texts become nothing but text.
const data = JSON.parse(document.getElementById("data").textContent);
const named = (fields) => (record) => Object.fromEntries(fields.map((name, at) => [name, record[at] ?? ""]));
const rules = data.rules.map(named(["id", "pillar", "items"]));
const items = data.items
  .map(named(["id", "rule", "state", "severity", "service", "message", "file", "line", "resources", "address", "when", "why", "isNew"]))
  .map((it) => ({ ...it, rule: rules[it.rule], resources: it.resources || [] }));
const resources = data.resources
  .map(named(["id", "graph", "address", "type", "sourceType", "service", "file", "line", "shown", "more", "worst", "items"]))
  .map((it) => ({ ...it, type: data.types[it.type || 0], sourceType: data.types[it.sourceType || 0], items: (it.items || []).map((at) => items[at]) }));
for (const it of items) it.resources = it.resources.map((at) => resources[at]);
for (const it of rules) it.items = it.items.map((at) => items[at]);

const MOST = 100, PRINTED = 20, NAMED = 6;

const make = (tag, className, ...inner) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inner);
  return made;
};
const link = (id, className, text) => {
  const made = make("a", className, text);
  made.href = `#${id}`;
  return made;
};
const chip = (kind, text) => make("span", `chip ${kind}`, text);
const place = (it) => make("span", "place", `${data.files[it.file || 0]}:${it.line}`);

const lineAt = (file, number) => {
  const run = data.lines[file || 0].find((it) => it[0] <= number && number < it[0] + it.length - 1);
  return run && run[number - run[0] + 1];
};
const excerpt = (file, first, last, at, more) => {
  const made = make("pre", "excerpt");
  for (let number = first; number <= last; number += 1) {
    const text = lineAt(file, number);
    if (text === undefined) continue;
    const line = `${String(number).padStart(5)}  ${text}\n`;
    made.append(number === at ? make("b", "", line) : line);
  }
  if (more) made.append("       …");
  return made.firstChild ? made : "";
};

const finding = (it) => {
  const head = make("div", "head");
  if (data.states[it.state]) head.append(chip(`state-${it.state}`, data.states[it.state]), " ");
  if (it.isNew) head.append(chip("new", "new"), " ");
  for (const resource of it.resources.slice(0, NAMED)) head.append(link(resource.id, "address", resource.address), " ");
  if (it.resources.length > NAMED) head.append(make("span", "soft", `and ${it.resources.length - NAMED} more `));
  if (it.address) head.append(make("span", "address", it.address), " ");
  head.append(place(it));
  const told = make("p", "", it.message);
  if (it.when) told.append(" ", make("span", "when", `When ${it.when}.`));
  if (it.why) told.append(" ", make("span", "soft", it.state === "accepted" ? `Suppressed: ${it.why}` : `Depends on ${it.why}.`));
  const made = make("li", `finding ${it.state}`, head, told, excerpt(it.file, it.line - 1, it.line + 1, it.line));
  made.id = it.id;
  return made;
};

const evidence = (it) => {
  const name = it.resources.map((one) => one.address).join(", ") || it.address;
  return make("li", "", link(it.id, "", name), " ", place(it), make("span", "soft", data.states[it.state] ? ` · ${data.states[it.state]}` : ""));
};

const details = (it) => {
  const list = make("ul", "evidence");
  for (const one of it.items) {
    const state = data.states[one.state] ? make("span", "soft", ` ${data.states[one.state]}`) : "";
    list.append(make("li", "", chip(one.severity, one.severity), " ", link(one.id, "", one.message), state));
  }
  return [
    make("p", "", place(it), " ", make("span", "soft", it.sourceType)),
    it.items.length ? list : make("p", "soft", "Nothing found."),
    excerpt(it.file, it.line, it.line + (it.shown || 0) - 1, 0, it.more),
  ];
};

const resource = (it) => {
  const number = it.items.length;
  const told = `${it.type}${number ? ` · ${number} finding${number === 1 ? "" : "s"}` : ""}`;
  const kind = `worst-${it.worst || "none"}`;
  const summary = make("summary", "", make("span", `lamp ${kind}`), make("span", "address", it.address), " ", make("span", "soft", told));
  const made = make("details", `resource ${kind}`, summary);
  made.id = it.id;
  made.addEventListener("toggle", () => { if (made.open && !summary.nextSibling) made.append(...details(it)); });
  return made;
};

// A list on the page says of what it is: the findings of a rule, the resources of a graph, or the evidence of some rules.
const KINDS = {
  rule: { entries: (key) => rules[key].items, made: finding, filtered: true },
  graph: { entries: (key) => resources.filter((it) => String(it.graph || 0) === key), made: resource, filtered: true },
  evidence: { entries: (key) => key.split(" ").flatMap((at) => rules[at].items), made: evidence, filtered: false },
};
const lists = [...document.querySelectorAll("[data-list]")].map((element) => {
  const kind = KINDS[element.dataset.list];
  const entries = kind.entries(element.dataset.key);
  return { element, ...kind, entries, fitting: entries, place: element.querySelector(".list") };
});

const fill = (list, most = MOST) => {
  const left = list.fitting.length - most;
  list.place.replaceChildren(...list.fitting.slice(0, most).map(list.made));
  if (left <= 0) return;
  const button = make("button", "quiet", `Show ${left} more`);
  button.type = "button";
  button.addEventListener("click", () => fill(list, Infinity));
  const all = list.element.dataset.list === "rule" ? `: walint check --select ${rules[list.element.dataset.key].id}` : "";
  list.place.append(make(list.place.tagName === "UL" ? "li" : "p", "rest", button, make("span", "printed", `and ${left} more${all}`)));
};
