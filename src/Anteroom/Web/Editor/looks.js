// How the parts of an email look, in the inline styles that mail programs understand.

import { styles } from "./syntax.js";

const Usual = "margin:0 0 16px";
export const Looks = {
  text: { tag: "p", attrs: [["style", Usual]] },
  heading: { tag: "h2", attrs: [["style", `${Usual};font-size:20px;line-height:1.3;font-weight:600`]] },
  small: { tag: "p", attrs: [["style", `${Usual};font-size:14px;color:#586066`]] },
  list: [["style", `${Usual};padding-left:24px`]],
  button: [["style", "display:inline-block;padding:10px 18px;border-radius:8px;background:#14524b;color:#ffffff;text-decoration:none"]],
  link: [["style", "color:#14524b"]],
};

const styleOf = (attrs) => Object.fromEntries(styles(attrs.find(([name]) => name === "style")?.[1] ?? ""));

/** Which of the looks a paragraph has, however it came to it. */
export function lookOf({ tag, attrs }) {
  const style = styleOf(attrs);
  const size = parseFloat(style["font-size"]);
  if (/^h[1-6]$/.test(tag) || (size >= 18 && parseInt(style["font-weight"], 10) >= 600)) return "heading";
  return size <= 14 ? "small" : "text";
}

export const isButton = (attrs) => {
  const style = styleOf(attrs);
  return Boolean((style.background || style["background-color"]) && style.padding);
};

// What of an email's styles is shown. Set one by one: the page's policy lets no style attribute in.
const Shown = new Set(
  `color background background-color font-size font-weight font-style font-family text-align text-decoration line-height margin padding
  padding-left border border-left border-top border-bottom border-radius display`.split(/\s+/),
);

/** An element as the editor shows it, with its attributes for the clipboard. */
export function element(tag, attrs, className) {
  const dom = document.createElement(tag);
  for (const [name, value] of Object.entries(styleOf(attrs))) if (Shown.has(name) && !value.includes("{{")) dom.style.setProperty(name, value);
  if (attrs.length) dom.dataset.attrs = JSON.stringify([tag, attrs]);
  if (className) dom.className = className;
  return dom;
}

/** An address as it stands in an attribute, and back. */
export const inSource = (address) => address.replace(/["<>]/g, encodeURIComponent).replace(/&(?!amp;)/g, "&amp;");
export const asTyped = (address) => address.replace(/&amp;/g, "&");
