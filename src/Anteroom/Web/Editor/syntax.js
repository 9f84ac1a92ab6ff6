// Reads the source of a template, HTML or plain text with {{…}}, into a tree, and says of two sources whether they mean the same.
// Strict: what is not closed as it was opened is no tree, and is then edited as it stands.

import { say } from "./say.js";

/** Why a source cannot be shown in the editor, in words that follow "because". */
export class NotShown extends Error {}

const Void = new Set(["br", "hr", "img"]);
const Inline = new Set(
  "a abbr b cite code del em font i ins kbd mark q s small span strike strong sub sup u var".split(" "),
);
const Name = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

export const isInline = (node) =>
  node.kind === "element" ? Inline.has(node.tag) || node.tag === "br" || node.tag === "img"
  : node.kind === "block" ? [...node.yes, ...(node.no ?? [])].every(isInline)
  : true;
export const isBlank = (node) => node.kind === "text" && /^[ \t\n\r\f]*$/.test(node.text);
export const isCondition = (node) => node.kind === "block" && (node.helper === "if" || node.helper === "unless");

/** The tree of a source. Nodes are text, field, code (any other {{…}}), block ({{#…}}) and element; those that have parts know their source. */
export function read(source, isHtml) {
  const root = { kind: "root", children: [] };
  const open = [{ node: root, into: root.children }];
  const top = () => open[open.length - 1];
  const add = (node) => top().into.push(node);
  let at = 0;

  function braces() {
    const remark = /^\{\{~?!--/.test(source.slice(at, at + 6));
    const end = source.indexOf(remark ? "--}}" : "}}", at);
    if (end < 0) throw new NotShown(say("{0} is not closed", "{{"));
    const start = at;
    at = end + (remark ? 4 : 2);
    const raw = source.slice(start, at);
    const inside = raw.slice(2, -2).trim();
    const [word, ...rest] = inside.split(/\s+/);
    if (inside.startsWith("{") || inside.includes("{{")) throw new NotShown(say("it has {0}", raw));
    if (Name.test(inside) && inside !== "else" && inside !== "this") add({ kind: "field", name: inside });
    else if (/^#\w+$/.test(word) && rest.length === 1) {
      const node = { kind: "block", helper: word.slice(1), test: rest[0], yes: [], no: null, start };
      add(node);
      open.push({ node, into: node.yes });
    } else if (/^\/\w+$/.test(word) && rest.length === 0) close(word.slice(1));
    else if (inside === "else" || inside === "^" || (word === "else" && rest[0] === "if" && rest.length === 2)) otherwise(rest[1]);
    else if (/^[#/^&>]|^else\b/.test(inside)) throw new NotShown(say("it has {0}", raw));
    else add({ kind: "code", raw });
  }

  function close(helper) {
    for (;;) {
      const { node, isElse } = top();
      if (node.kind !== "block" || node.helper !== helper) throw new NotShown(say("{0} closes nothing, or stands within another part", `{{/${helper}}}`));
      node.raw = source.slice(node.start, at);
      open.pop();
      if (!isElse) return;
    }
  }

  function otherwise(test) {
    const { node } = top();
    if (node.kind !== "block" || node.no) throw new NotShown(say("{0} stands alone", "{{else}}"));
    node.no = [];
    top().into = node.no;
    if (!test) return;
    const next = { kind: "block", helper: "if", test, yes: [], no: null, start: at };
    add(next);
    open.push({ node: next, into: next.yes, isElse: true });
  }

  function tag() {
    const rest = source.slice(at);
    if (rest.startsWith("<!") || rest.startsWith("<?")) throw new NotShown(say("it has a remark for browsers ({0})", "<!-- -->"));
    const found = /^<(\/?)([A-Za-z][\w-]*)((?:\s+[^\s"'<>/={}]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`={}]+))?)*)\s*(\/?)>/.exec(rest);
    if (!found) throw new NotShown(say("it has a tag that is not plain: {0}", rest.slice(0, 24)));
    const [all, slash, given, attributes, selfClosed] = found;
    const name = given.toLowerCase();
    const start = at;
    at += all.length;
    if (slash) {
      const { node } = top();
      if (node.kind !== "element" || node.tag !== name) throw new NotShown(say("{0} closes nothing, or stands within another part", `</${name}>`));
      node.raw = source.slice(node.start, at);
      open.pop();
      return;
    }
    if (/^(style|script|title|textarea|template)$/.test(name)) throw new NotShown(say("it has {0}", `<${name}>`));
    const attrs = [];
    for (const [, key, , double, single, bare] of attributes.matchAll(/([^\s"'<>/={}]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`={}]+)))?/g))
      attrs.push([key.toLowerCase(), double ?? single ?? bare ?? ""]);
    const node = { kind: "element", tag: name, attrs, children: [], start, raw: all };
    add(node);
    if (Void.has(name)) return;
    if (selfClosed) throw new NotShown(say("{0} is not closed", `<${name}/>`));
    open.push({ node, into: node.children });
  }

  while (at < source.length) {
    const next = source.slice(at).search(isHtml ? /\{\{|<[A-Za-z/!?]/ : /\{\{/);
    const end = next < 0 ? source.length : at + next;
    if (end > at) add({ kind: "text", text: isHtml ? decoded(source.slice(at, end)) : source.slice(at, end) });
    at = end;
    if (at === source.length) break;
    if (source.startsWith("{{", at)) braces();
    else tag();
  }
  const { node } = top();
  if (node.kind === "block") throw new NotShown(say("{0} is not closed", `{{#${node.helper} ${node.test}}}`));
  if (node.kind === "element") throw new NotShown(say("{0} is not closed", `<${node.tag}>`));
  return root.children;
}

function decoded(text) {
  return text.replace(/&(#\w+|\w+);?/g, (entity) =>
    new DOMParser().parseFromString(`x${entity}`, "text/html").body.textContent.slice(1),
  );
}

export const encoded = (text) =>
  text.replace(/[&<>\u00A0]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[letter] ?? "&nbsp;");

export function startTag(tag, attrs) {
  const words = attrs.map(([name, value]) => (value.includes('"') ? ` ${name}='${value}'` : ` ${name}="${value}"`));
  return `<${tag}${words.join("")}>`;
}

/** What stands in a line, flat: each piece with what is around it; white space as browsers show it unless it is kept. */
export function flat(nodes, keepsSpace = false) {
  const items = [];
  let links = 0;
  function walk(list, around) {
    for (const node of list)
      if (node.kind === "text") items.push({ text: node.text, around });
      else if (isCondition(node)) {
        const test = { kind: "condition", test: node.test };
        walk(node.yes, [...around, { ...test, not: node.helper === "unless" }]);
        walk(node.no ?? [], [...around, { ...test, not: node.helper !== "unless" }]);
      } else if (node.kind === "element" && !Void.has(node.tag))
        walk(node.children, [...around, { kind: "element", tag: node.tag, attrs: node.attrs, link: node.tag === "a" ? ++links : 0 }]);
      else items.push({ node, around });
  }
  walk(nodes, []);
  return keepsSpace ? items.filter((item) => item.node || item.text) : collapsed(items);
}

function collapsed(items) {
  const shown = [];
  let afterSpace = true;
  const isBreak = (item) => item.node?.kind === "element" && item.node.tag === "br";
  const trim = () => {
    for (let i = shown.length - 1; i >= 0 && shown[i].text !== undefined; i--) {
      shown[i].text = shown[i].text.replace(/ $/, "");
      if (shown[i].text) return;
      shown.pop();
    }
  };
  for (const item of items) {
    if (item.node) {
      if (isBreak(item)) trim();
      shown.push(item);
      afterSpace = isBreak(item);
      continue;
    }
    let text = item.text.replace(/[ \t\n\r\f]+/g, " ");
    if (afterSpace) text = text.replace(/^ /, "");
    if (!text) continue;
    afterSpace = text.endsWith(" ");
    shown.push({ text, around: item.around });
  }
  trim();
  return shown;
}

// ---- The same in meaning --------------------------------------------------------------------------------------------------------

/** Whether two sources mean the same: the same words, fields, conditions, elements and attributes, however they are written down. */
export function sameMeaning(one, other, isHtml) {
  const [a, b] = [one, other].map((source) => (isHtml ? meaning(read(source, true)) : [lineMeaning(read(source, false), true)]));
  return a.join("\n") === b.join("\n");
}

function meaning(nodes) {
  const lines = [];
  for (const node of nodes)
    if (isBlank(node)) continue;
    else if (isCondition(node) && !isInline(node)) {
      const [yes, no] = node.helper === "if" ? ["if", "unless"] : ["unless", "if"];
      if (node.yes.some((part) => !isBlank(part))) lines.push(`${yes} ${node.test}`, ...meaning(node.yes), "end");
      if (node.no?.some((part) => !isBlank(part))) lines.push(`${no} ${node.test}`, ...meaning(node.no), "end");
    } else if (node.kind === "element" && !isInline(node) && !isIsland(node))
      lines.push(
        signed(node.tag, node.attrs),
        ...(node.children.every(isInline) ? [lineMeaning(node.children, false)] : meaning(node.children)),
        `/${node.tag}`,
      );
    else lines.push(isIsland(node) ? node.raw : lineMeaning([node], false));
  return lines;
}

function lineMeaning(nodes, keepsSpace) {
  const pieces = [];
  for (const { text, node, around } of flat(nodes, keepsSpace)) {
    const where = around.map((each) =>
      each.kind === "condition" ? `${each.not ? "unless" : "if"} ${each.test}` : `${signed(each.tag, each.attrs)}${each.link || ""}`,
    );
    const key = JSON.stringify(where.sort());
    const last = pieces[pieces.length - 1];
    if (text === undefined) pieces.push([key, node.kind === "field" ? `{{${node.name}}}` : node.tag ? signed(node.tag, node.attrs) : node.raw]);
    else if (last?.[0] === key && last[2]) last[1] += text;
    else pieces.push([key, text, true]);
  }
  return JSON.stringify(pieces);
}

function signed(tag, attrs) {
  const same = { b: "strong", i: "em" }[tag] ?? tag;
  const words = attrs.map(([name, value]) => `${name}=${name === "style" ? styles(value).map((each) => each.join(":")).join(";") : value}`);
  return `${same} ${words.sort().join(" ")}`;
}

export const styles = (text) =>
  text
    .split(";")
    .map((rule) => rule.split(/:(.*)/s, 2).map((part) => part?.trim() ?? ""))
    .filter(([name]) => name)
    .map(([name, value]) => [name.toLowerCase(), value]);

/** What the editor shows and keeps as it is, and does not open: tables, parts that are repeated, pictures of code. */
export const isIsland = (node) =>
  (node.kind === "element" && node.tag === "table") || (node.kind === "block" && !isCondition(node)) || node.kind === "code";
