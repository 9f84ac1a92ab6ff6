// From the source of a template to what the editor holds, and back.

import { Mark } from "prosemirror-model";
import { say } from "./say.js";
import { email, InlineTags, lines } from "./schema.js";
import { encoded, flat, isBlank, isCondition, isInline, isIsland, NotShown, read, sameMeaning, startTag } from "./syntax.js";

const Paragraphs = /^(p|h[1-6]|div|center|blockquote)$/;
const Boxes = /^(div|center|blockquote|section|article)$/;

// ---- In ---------------------------------------------------------------------------------------------------------------------------

/** The document of an HTML part. Throws NotShown when it cannot be shown without losing something. */
export function emailFrom(source) {
  const nodes = read(source, true);
  const children = blocks(nodes);
  const doc = email.node("doc", null, children.length ? children : [email.node("words")]);
  doc.check();
  if (source.trim() && !sameMeaning(source, emailSource(doc), true)) throw new NotShown(say("the editor would change what it means"));
  if (children.length && !children.some(hasWords)) throw new NotShown(say("there is nothing in it but tables and repeated parts"));
  return doc;
}

/** The document of a subject or a plain text. */
export function linesFrom(source) {
  const content = pieces(read(source, false), lines, true);
  const doc = lines.node("doc", null, [lines.node("source", null, content)]);
  doc.check();
  if (!sameMeaning(source, linesSource(doc), false)) throw new NotShown(say("the editor would change what it means"));
  return doc;
}

const hasWords = (node) => node.isTextblock || (node.isBlock && !node.isAtom && node.content.content.some(hasWords));

function blocks(nodes) {
  return nodes.flatMap((node) => {
    if (isBlank(node)) return [];
    if (isIsland(node)) return [email.node("island", { raw: node.raw })];
    if (isCondition(node) && !isInline(node)) {
      const isUnless = node.helper === "unless";
      return [
        [node.yes, isUnless],
        [node.no ?? [], !isUnless],
      ]
        .filter(([part]) => part.some((each) => !isBlank(each)))
        .map(([part, not]) => email.node("condition_block", { test: node.test, not }, blocks(part)));
    }
    if (isInline(node)) throw new NotShown(say("there are words outside of a paragraph"));
    return [block(node)];
  });
}

function block({ tag, attrs, children }) {
  if (Paragraphs.test(tag) && children.every(isInline)) return email.node("words", { tag, attrs }, pieces(children, email, keepsSpace(attrs, children)));
  if (Boxes.test(tag)) return email.node("box", { tag, attrs }, blocks(children));
  if (tag === "ul" || tag === "ol") return email.node("list", { tag, attrs }, children.filter((child) => !isBlank(child)).map(item));
  if (tag === "hr") return email.node("rule", { attrs });
  throw new NotShown(say("it has {0}", `<${tag}>`));
}

function item({ tag, attrs, children }) {
  if (tag !== "li") throw new NotShown(say("a list has something else than items"));
  const words = children.findIndex((child) => !isInline(child));
  const first = words < 0 ? children : children.slice(0, words);
  const rest = words < 0 ? [] : children.slice(words);
  const content = first.every(isBlank) && rest.length ? [] : [email.node("item_words", null, pieces(first, email, false))];
  const whole = [...content, ...rest.filter((child) => !isBlank(child)).map((child) => {
    if (child.kind !== "element") throw new NotShown(say("a list has something else than items"));
    return block(child);
  })];
  try {
    return email.nodes.item.createChecked({ attrs }, whole);
  } catch {
    throw new NotShown(say("a list has something else than words in it"));
  }
}

function keepsSpace(attrs, children) {
  const style = attrs.find(([name]) => name === "style")?.[1] ?? "";
  if (/white-space\s*:\s*pre/.test(style) && children.some((child) => child.kind === "text" && /\n|  /.test(child.text)))
    throw new NotShown(say("a paragraph keeps its line breaks (white-space)"));
  return false;
}

function pieces(nodes, schema, keeps) {
  return flat(nodes, keeps).map(({ text, node, around }) => {
    const marks = around.reduce((set, each) => markOf(each, schema).addToSet(set), Mark.none);
    if (text !== undefined) return schema.text(text, marks);
    if (node.kind === "field") return schema.node("field", { name: node.name }, null, marks);
    if (node.kind !== "element") return schema.node("code", { raw: node.raw }, null, marks);
    if (node.tag === "br") return schema.node("line_break", { attrs: node.attrs }, null, marks);
    return schema.node("picture", { attrs: node.attrs }, null, marks);
  });
}

function markOf(around, schema) {
  if (around.kind === "condition") return schema.mark("condition", { test: around.test, not: around.not });
  const { tag, attrs } = around;
  if (tag === "a") return schema.mark("link", { attrs });
  if (tag === "strong" || tag === "b") return schema.mark("strong", { attrs });
  if (tag === "em" || tag === "i") return schema.mark("emphasis", { attrs });
  if (InlineTags.has(tag)) return schema.mark("look", { tag, attrs });
  throw new NotShown(say("it has {0}", `<${tag}>`));
}

// ---- Out --------------------------------------------------------------------------------------------------------------------------

const withBraces = (test, not, yes, no) =>
  `{{#${not ? "unless" : "if"} ${test}}}${yes}${no === null ? "" : `{{else}}${no}`}{{/${not ? "unless" : "if"}}}`;

/** The HTML part that a document stands for. */
export const emailSource = (doc) =>
  doc.childCount === 1 && doc.firstChild.isTextblock && doc.firstChild.childCount === 0 ? "" : blockSources(doc.content.content).join("\n");

function blockSources(nodes) {
  const sources = [];
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node.type.name !== "condition_block") {
      sources.push(blockSource(node));
      continue;
    }
    const { test, not } = node.attrs;
    const next = nodes[i + 1];
    const isElse = next?.type.name === "condition_block" && next.attrs.test === test && next.attrs.not !== not;
    const inside = (each) => `\n${blockSources(each.content.content).join("\n")}\n`;
    sources.push(withBraces(test, not, inside(node), isElse ? inside(next) : null));
    if (isElse) i++;
  }
  return sources;
}

function blockSource(node) {
  const { tag, attrs, raw } = node.attrs;
  switch (node.type.name) {
    case "words":
      return `${startTag(tag, attrs)}${inlineSource(node, true)}</${tag}>`;
    case "item_words":
      return inlineSource(node, true);
    case "item":
      return `${startTag("li", attrs)}${blockSources(node.content.content).join("\n")}</li>`;
    case "list":
    case "box":
      return `${startTag(tag, attrs)}\n${blockSources(node.content.content).join("\n")}\n</${tag}>`;
    case "rule":
      return startTag("hr", attrs);
    default:
      return raw;
  }
}

/** The source of a subject or a plain text. */
export const linesSource = (doc) => inlineSource(doc.firstChild, false);

function inlineSource(block, isHtml) {
  const nodes = block.content.content;
  const source = grouped(nodes, 0, isHtml);
  // Browsers swallow spaces at the beginning of a paragraph and after another one.
  return isHtml ? source.replace(/^ /, "&nbsp;").replace(/ {2,}/g, (spaces) => `${"&nbsp;".repeat(spaces.length - 1)} `) : source;
}

function grouped(nodes, depth, isHtml) {
  let source = "";
  const groupAt = (start) => {
    const mark = nodes[start]?.marks[depth];
    if (!mark) return null;
    let end = start + 1;
    while (nodes[end]?.marks[depth]?.eq(mark)) end++;
    return { mark, end, inside: grouped(nodes.slice(start, end), depth + 1, isHtml) };
  };
  for (let i = 0; i < nodes.length; ) {
    const group = groupAt(i);
    if (!group) {
      source += leaf(nodes[i++], isHtml);
      continue;
    }
    const { mark, inside } = group;
    i = group.end;
    if (mark.type.name !== "condition") {
      source += around(mark, inside);
      continue;
    }
    const { test, not } = mark.attrs;
    const next = groupAt(i);
    const isElse = next?.mark.type.name === "condition" && next.mark.attrs.test === test && next.mark.attrs.not !== not;
    source += withBraces(test, not, inside, isElse ? next.inside : null);
    if (isElse) i = next.end;
  }
  return source;
}

function around(mark, inside) {
  const tag = { link: "a", strong: "strong", emphasis: "em" }[mark.type.name] ?? mark.attrs.tag;
  return `${startTag(tag, mark.attrs.attrs)}${inside}</${tag}>`;
}

function leaf(node, isHtml) {
  switch (node.type.name) {
    case "text":
      return isHtml ? encoded(node.text) : node.text;
    case "field":
      return `{{${node.attrs.name}}}`;
    case "line_break":
      return startTag("br", node.attrs.attrs);
    case "picture":
      return startTag("img", node.attrs.attrs);
    default:
      return node.attrs.raw;
  }
}
