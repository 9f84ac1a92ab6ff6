// What the editors know: an email's HTML part, and a line or a text of words and fields.

import { Schema } from "prosemirror-model";
import { islandDom } from "./island.js";
import { element, inSource, Looks } from "./looks.js";
import { isIsland, read } from "./syntax.js";
import { words } from "./words.js";

// What comes out of the clipboard can have been put there by anybody: plain attributes with plain values, or none.
function kept(dom, otherwise) {
  try {
    const [tag, attrs] = JSON.parse(dom.dataset.attrs ?? "null") ?? [];
    if (tag !== dom.localName || !Array.isArray(attrs)) return otherwise;
    const isPlain = attrs.every(
      (each) => Array.isArray(each) && each.length === 2 && /^(style|class|align|href|title|id|dir|lang|start|type|src|alt|width|height|border)$/.test(each[0]) && /^[^"<>]*$/.test(each[1]),
    );
    return isPlain ? attrs : otherwise;
  } catch {
    return otherwise;
  }
}

// One table, repeated part or other code, and nothing beside it.
function keptSource(text) {
  try {
    const raw = decodeURIComponent(text);
    const [node, ...more] = read(raw, true);
    return node && !more.length && isIsland(node) && node.raw === raw ? { raw } : false;
  } catch {
    return false;
  }
}

const field = {
  inline: true,
  group: "inline",
  atom: true,
  attrs: { name: {} },
  toDOM: ({ attrs: { name } }) => words.chip(name),
  parseDOM: [{ tag: "span[data-merge]", getAttrs: (dom) => ({ name: dom.dataset.merge }) }],
  leafText: ({ attrs: { name } }) => `{{${name}}}`,
};

const code = {
  inline: true,
  group: "inline",
  atom: true,
  attrs: { raw: {} },
  toDOM: ({ attrs: { raw } }) => words.codeChip(raw),
  parseDOM: [{ tag: "span[data-raw]", getAttrs: (dom) => keptSource(dom.dataset.raw) }],
  leafText: ({ attrs: { raw } }) => raw,
};

const condition = {
  attrs: { test: {}, not: { default: false } },
  excludes: "",
  toDOM: ({ attrs: { test, not } }) => words.conditional(document.createElement("span"), test, not),
  parseDOM: [{ tag: "span[data-test]", getAttrs: (dom) => ({ test: dom.dataset.test, not: dom.dataset.not === "" }) }],
};

export const lines = new Schema({
  nodes: {
    doc: { content: "source" },
    source: { content: "inline*", marks: "_", code: true, whitespace: "pre", toDOM: () => ["div", 0], parseDOM: [{ tag: "div" }] },
    text: { group: "inline" },
    field,
    code,
  },
  marks: { condition },
});

const inlineTags = "abbr cite code del font ins kbd mark q s small span strike sub sup u var".split(" ");

export const email = new Schema({
  nodes: {
    doc: { content: "block+" },
    words: {
      group: "block",
      content: "inline*",
      attrs: { tag: { default: "p" }, attrs: { default: Looks.text.attrs } },
      defining: true,
      toDOM({ attrs: { tag, attrs } }) {
        const dom = element(tag, attrs);
        return { dom, contentDOM: dom };
      },
      parseDOM: [
        { tag: "p", getAttrs: (dom) => ({ tag: "p", attrs: kept(dom, Looks.text.attrs) }) },
        ...["div", "center", "blockquote"].map((tag) => ({ tag: `${tag}[data-attrs]:not([data-box])`, getAttrs: (dom) => ({ tag, attrs: kept(dom, []) }) })),
        ...[1, 2, 3, 4, 5, 6].map((level) => ({
          tag: `h${level}`,
          getAttrs: (dom) => ({ tag: dom.dataset.attrs ? `h${level}` : "h2", attrs: kept(dom, Looks.heading.attrs) }),
        })),
      ],
    },
    // The words of a list's item, which has no paragraph around them.
    item_words: { content: "inline*", toDOM: () => ["div", { class: "item-words" }, 0] },
    list: {
      group: "block",
      content: "item+",
      attrs: { tag: { default: "ul" }, attrs: { default: Looks.list } },
      toDOM({ attrs: { tag, attrs } }) {
        const dom = element(tag, attrs);
        return { dom, contentDOM: dom };
      },
      parseDOM: ["ul", "ol"].map((tag) => ({ tag, getAttrs: (dom) => ({ tag, attrs: kept(dom, Looks.list) }) })),
    },
    item: {
      content: "(item_words | words) (words | list)*",
      attrs: { attrs: { default: [] } },
      defining: true,
      toDOM({ attrs: { attrs } }) {
        const dom = element("li", attrs);
        return { dom, contentDOM: dom };
      },
      parseDOM: [{ tag: "li", getAttrs: (dom) => ({ attrs: kept(dom, []) }) }],
    },
    box: {
      group: "block",
      content: "block+",
      attrs: { tag: { default: "blockquote" }, attrs: { default: [] } },
      toDOM({ attrs: { tag, attrs } }) {
        const dom = element(tag, attrs);
        dom.dataset.box = "";
        return { dom, contentDOM: dom };
      },
      parseDOM: [
        {
          tag: "[data-box], blockquote:not([data-attrs])",
          getAttrs: (dom) => /^(div|center|blockquote|section|article)$/.test(dom.localName) && { tag: dom.localName, attrs: kept(dom, []) },
        },
      ],
    },
    condition_block: {
      group: "block",
      content: "block+",
      attrs: { test: {}, not: { default: false } },
      defining: true,
      toDOM: ({ attrs: { test, not } }) => words.conditionalBlock(test, not),
      parseDOM: [
        {
          tag: "div[data-test]",
          contentElement: ".when-body",
          getAttrs: (dom) => ({ test: dom.dataset.test, not: dom.dataset.not === "" }),
        },
      ],
    },
    rule: { group: "block", attrs: { attrs: { default: [] } }, toDOM: ({ attrs: { attrs } }) => element("hr", attrs), parseDOM: [{ tag: "hr" }] },
    island: {
      group: "block",
      atom: true,
      attrs: { raw: {} },
      toDOM: ({ attrs: { raw } }) => islandDom(raw),
      parseDOM: [{ tag: "div[data-raw]", getAttrs: (dom) => keptSource(dom.dataset.raw) }],
    },
    text: { group: "inline" },
    line_break: {
      inline: true,
      group: "inline",
      selectable: false,
      attrs: { attrs: { default: [] } },
      toDOM: () => ["br"],
      parseDOM: [{ tag: "br" }],
      leafText: () => "\n",
    },
    picture: {
      inline: true,
      group: "inline",
      atom: true,
      attrs: { attrs: {} },
      toDOM: ({ attrs: { attrs } }) => words.pictureChip(attrs),
      parseDOM: [{ tag: "span.picture", getAttrs: (dom) => ({ attrs: kept(dom, []) }) }],
    },
    field,
    code,
  },
  marks: {
    condition,
    link: {
      attrs: { attrs: {} },
      inclusive: false,
      toDOM({ attrs: { attrs } }) {
        const dom = element("a", attrs, "mail-link");
        // Where it leads is shown, not followed: a click is for the caret.
        dom.title = words.address(attrs.find(([name]) => name === "href")?.[1] ?? "");
        return dom;
      },
      parseDOM: [
        {
          tag: "a",
          getAttrs: (dom) => {
            const address = dom.getAttribute("href") ?? "";
            const attrs = kept(dom, [["href", inSource(address)], ...Looks.link]);
            return dom.dataset.attrs || /^(https?|mailto|tel):/.test(address) ? { attrs } : false;
          },
        },
      ],
    },
    look: {
      attrs: { tag: {}, attrs: {} },
      excludes: "",
      toDOM: ({ attrs: { tag, attrs } }) => element(tag === "font" ? "span" : tag, attrs),
      parseDOM: inlineTags
        .filter((tag) => tag !== "font")
        .map((tag) => ({
          tag: `${tag}[data-attrs]`,
          getAttrs: (dom) => {
            const attrs = kept(dom, null);
            return attrs && { tag, attrs };
          },
        })),
    },
    strong: {
      attrs: { attrs: { default: [] } },
      toDOM: ({ attrs: { attrs } }) => element("strong", attrs),
      parseDOM: [
        { tag: "strong" },
        // Some programs put all that they copy into <b style="font-weight:normal">.
        { tag: "b", getAttrs: (dom) => !/font-weight:\s*normal/.test(dom.dataset.style ?? "") && null },
        { tag: "span[data-style]", getAttrs: (dom) => /font-weight:\s*(bold|[6-9]00)/.test(dom.dataset.style) && null, consuming: false },
      ],
    },
    emphasis: {
      attrs: { attrs: { default: [] } },
      toDOM: ({ attrs: { attrs } }) => element("em", attrs),
      parseDOM: [
        { tag: "em" },
        { tag: "i" },
        { tag: "span[data-style]", getAttrs: (dom) => /font-style:\s*italic/.test(dom.dataset.style) && null, consuming: false },
      ],
    },
  },
});

export const InlineTags = new Set(inlineTags);
