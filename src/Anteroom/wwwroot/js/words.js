// The other scripts' texts: t(text, values). They stand in English in each script; on a page in another language, the page
// brings theirs.
const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
globalThis.t = (text, ...values) => (texts[text] ?? text).replace(/\{(\d)\}/g, (_, at) => values[at]);
