// The editor of email templates and snippets: formatting, merge fields as chips, conditions in words. The form works without it.
// Bundled with ProseMirror into wwwroot/lib/editor/editor.js (Assets.targets), and loaded by the pages that write emails.

import { FieldEditor } from "./field.js";
import { follow } from "./follow.js";

const editors = [...document.querySelectorAll("[data-editor]")].map((control) => new FieldEditor(control));
const editorOf = (kind) => editors.find((each) => each.control.dataset.editor === kind);
if (editorOf("html") && editorOf("text")) follow(editorOf("html"), editorOf("text"));

// A message of what is wrong leads to the field behind the editor.
document.addEventListener("click", (event) => {
  const address = event.target.closest?.("a[href^='#f-']")?.getAttribute("href");
  const editor = address && editors.find((each) => `#${each.control.id}` === address);
  if (!editor) return;
  event.preventDefault();
  editor.focus();
  editor.field.scrollIntoView({ block: "nearest" });
});

// A browser may put back what stood in the fields.
addEventListener("pageshow", () => editors.forEach((each) => each.load()));
