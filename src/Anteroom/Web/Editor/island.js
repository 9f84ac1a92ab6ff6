// A part of an email that is shown and kept letter by letter, but not opened: a table, or something that is repeated.

import { element } from "./looks.js";
import { say } from "./say.js";
import { isBlank, read } from "./syntax.js";
import { words } from "./words.js";

const Tags = new Set(
  "a abbr b br caption center code col colgroup del div em h1 h2 h3 h4 i ins li ol p s small span strong sub sup table tbody td tfoot th thead tr u ul".split(
    " ",
  ),
);

function labelOf(raw) {
  const each = /^\{\{#(each|with) ([\w.]+)\}\}/.exec(raw);
  if (each) return say("Repeated: {0}", words.label(each[2]));
  return raw.startsWith("{{") ? say("Remark") : say("Table");
}

export function islandDom(raw) {
  const dom = document.createElement("div");
  dom.className = "island";
  dom.contentEditable = "false";
  dom.dataset.raw = encodeURIComponent(raw);
  const label = document.createElement("div");
  label.className = "island-label";
  label.textContent = say("{0} · change it under “Advanced: HTML”", labelOf(raw));
  const inside = document.createElement("div");
  inside.className = "island-inside";
  inside.append(...drawn(read(raw, true)));
  dom.append(label, inside);
  return dom;
}

function drawn(nodes, inRow = false) {
  return nodes.flatMap((node) => {
    if (node.kind === "text") return isBlank(node) && /\n/.test(node.text) ? [] : [node.text];
    if (node.kind === "field") return [inRow ? words.rowChip(node.name) : words.chip(node.name)];
    if (node.kind === "code") return [words.codeChip(node.raw)];
    if (node.kind === "block") return drawn(node.yes, inRow || node.helper === "each" || node.helper === "with");
    if (!Tags.has(node.tag)) return drawn(node.children, inRow);
    const dom = element(node.tag === "a" ? "span" : node.tag, node.attrs, node.tag === "a" ? "mail-link" : "");
    delete dom.dataset.attrs;
    if (node.tag === "table") dom.setAttribute("role", "presentation");
    dom.append(...drawn(node.children, inRow));
    return [dom];
  });
}
