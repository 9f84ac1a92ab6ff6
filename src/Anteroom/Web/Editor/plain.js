// The plain text that says the same as an HTML part, for mail programs that show no HTML.

import { flat, isBlank, isInline, read } from "./syntax.js";

/** The text of an HTML part's source. */
export const plainFrom = (html) =>
  paragraphs(read(html, true))
    .replace(/\n{3,}/g, "\n\n")
    .trim();

function paragraphs(nodes) {
  return nodes
    .map((node) => {
      if (isBlank(node)) return "";
      if (node.kind === "block") {
        const no = node.no && `{{else}}${paragraphs(node.no)}`;
        return `{{#${node.helper} ${node.test}}}${paragraphs(node.yes)}${no ?? ""}{{/${node.helper}}}`;
      }
      return node.kind === "element" && !isInline(node) ? paragraph(node) : line([node]);
    })
    .join("");
}

function paragraph({ tag, children }) {
  if (tag === "ul" || tag === "ol")
    return `${children
      .filter((child) => !isBlank(child))
      .map((child, at) => `${tag === "ul" ? "-" : `${at + 1}.`} ${item(child)}`)
      .join("\n")}\n\n`;
  if (tag === "table") return `${rows(children)}\n`;
  if (tag === "hr") return "----\n\n";
  return children.every(isInline) ? `${line(children)}\n\n` : paragraphs(children);
}

const item = (node) => (node.kind === "element" && !node.children.every(isInline) ? paragraphs(node.children).trim().replace(/\n/g, "\n  ") : line(node.children ?? []));

function rows(nodes) {
  return nodes
    .map((node) => {
      if (node.kind === "block") return `{{#${node.helper} ${node.test}}}${rows(node.yes)}${node.no ? `{{else}}${rows(node.no)}` : ""}{{/${node.helper}}}`;
      if (node.kind !== "element") return "";
      if (node.tag !== "tr") return rows(node.children);
      const cells = node.children.filter((cell) => cell.kind === "element").map((cell) => (cell.children.every(isInline) ? line(cell.children) : paragraphs(cell.children).trim()));
      return `${cells.filter(Boolean).join(": ")}\n`;
    })
    .join("");
}

function line(nodes) {
  let text = "";
  let open = [];
  let link = null;
  const leave = () => {
    if (link && link.href && !text.endsWith(link.href)) text += `: ${link.href}`;
    link = null;
  };
  const move = (conditions) => {
    let same = 0;
    while (open[same] && conditions[same] && open[same].test === conditions[same].test && open[same].not === conditions[same].not) same++;
    const closing = open.slice(same).reverse();
    const opening = conditions.slice(same);
    const isElse = closing.length === 1 && opening.length > 0 && closing[0].test === opening[0].test && closing[0].not !== opening[0].not && !closing[0].isElse;
    if (isElse) {
      text += "{{else}}";
      const helper = closing[0].helper;
      open = [...open.slice(0, same), { ...opening[0], helper, isElse: true }];
      same++;
    } else {
      for (const each of closing) text += `{{/${each.helper}}}`;
      open = open.slice(0, same);
    }
    for (const each of conditions.slice(same)) {
      const helper = each.not ? "unless" : "if";
      text += `{{#${helper} ${each.test}}}`;
      open.push({ ...each, helper });
    }
  };
  for (const piece of flat(nodes)) {
    const anchor = piece.around.find((each) => each.tag === "a");
    if (link && anchor?.link !== link.number) leave();
    move(piece.around.filter((each) => each.kind === "condition"));
    if (anchor && !link) link = { number: anchor.link, href: anchor.attrs.find(([name]) => name === "href")?.[1] ?? "" };
    text +=
      piece.text ??
      (piece.node.kind === "field" ? `{{${piece.node.name}}}`
      : piece.node.tag === "br" ? "\n"
      : piece.node.kind === "element" ? (piece.node.attrs.find(([name]) => name === "alt")?.[1] ?? "")
      : piece.node.raw);
  }
  leave();
  move([]);
  return text;
}
