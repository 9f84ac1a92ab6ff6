// What fields and conditions are called, from the list of merge fields on the page, and how they look.

import { say } from "./say.js";

const known = new Map(
  [...document.querySelectorAll("[data-merge-field]")].map((row) => [
    row.dataset.mergeField,
    {
      name: row.dataset.mergeField,
      label: row.dataset.label,
      given: row.dataset.given || say("“{0}” is filled in", row.dataset.label),
      example: row.dataset.example ?? "",
      isList: row.hasAttribute("data-list"),
      isOptional: row.hasAttribute("data-optional"),
      isOutdated: row.hasAttribute("data-outdated"),
    },
  ]),
);

function chip(className, text, title) {
  const dom = document.createElement("span");
  dom.className = `merge-chip ${className}`;
  dom.contentEditable = "false";
  dom.textContent = text;
  dom.title = title;
  return dom;
}

const first = (text) => text.charAt(0).toLowerCase() + text.slice(1);

export const words = {
  /** What can be inserted. */
  fields: () => [...known.values()].filter((field) => !field.isList && !field.isOutdated),
  label: (name) => known.get(name)?.label ?? name,

  conditions: () => [...known.values()].sort((one, other) => Number(other.isOptional) - Number(one.isOptional)),
  condition(test, not) {
    const given = known.get(test)?.given ?? say("“{0}” is filled in", test);
    return not ? say("Unless {0}", given) : say("Only if {0}", given);
  },

  /** Where a link leads, in words. */
  address: (href) => href.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => `[${words.label(name)}]`),

  chip(name) {
    const field = known.get(name);
    const dom = field
      ? chip("chip-field", field.label, field.example ? say("{0}, for example: {1}", `{{${name}}}`, field.example) : `{{${name}}}`)
      : chip("chip-unknown", say("Unknown field: {0}", name), say("There is no {0} in this email.", `{{${name}}}`));
    dom.dataset.merge = name;
    return dom;
  },

  /** A value of each row of something that is repeated, which has no words of its own. */
  rowChip: (name) => chip("chip-code", (name.charAt(0).toUpperCase() + name.slice(1)).replace(/[._]/g, " "), `{{${name}}}`),

  codeChip: (raw) => {
    const each = /^\{\{#(each|with) ([\w.]+)\}\}/.exec(raw);
    const dom = chip("chip-code", each ? say("Repeated: {0}", first(words.label(each[2]))) : raw.startsWith("{{!") ? say("Remark") : raw, raw);
    dom.dataset.raw = encodeURIComponent(raw);
    return dom;
  },

  pictureChip: (attrs) => {
    const text = attrs.find(([name]) => name === "alt")?.[1];
    const dom = chip("chip-code picture", text ? say("Picture: {0}", text) : say("Picture"), attrs.find(([name]) => name === "src")?.[1] ?? "");
    dom.dataset.attrs = JSON.stringify(["span", attrs]);
    return dom;
  },

  conditional(dom, test, not) {
    dom.className = "when";
    dom.dataset.test = test;
    if (not) dom.dataset.not = "";
    dom.dataset.words = words.condition(test, not);
    return dom;
  },

  conditionalBlock(test, not) {
    const dom = words.conditional(document.createElement("div"), test, not);
    dom.className = "when-block";
    const label = document.createElement("div");
    label.className = "when-label";
    label.contentEditable = "false";
    label.textContent = dom.dataset.words;
    const body = document.createElement("div");
    body.className = "when-body";
    dom.append(label, body);
    return { dom, contentDOM: body };
  },
};
