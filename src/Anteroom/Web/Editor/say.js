// The editor's texts: say(text, values). They stand in English where they are said; on a page in another language, the page brings theirs.

const texts = JSON.parse(document.getElementById("editor-texts")?.textContent ?? "{}");

export const say = (text, ...values) => (texts[text] ?? text).replace(/\{(\d)\}/g, (_, at) => values[at]);
