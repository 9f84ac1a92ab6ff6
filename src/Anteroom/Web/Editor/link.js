// Asks where a link leads.

import { asTyped, inSource, isButton, Looks } from "./looks.js";
import { linkAt, removeLink, setLink } from "./commands.js";
import { say } from "./say.js";
import { words } from "./words.js";

let dialog;

function part(tag, values, ...children) {
  const { className, ...rest } = values;
  const dom = document.createElement(tag);
  if (className) dom.className = className;
  for (const [name, value] of Object.entries(rest)) dom.setAttribute(name, value);
  dom.append(...children);
  return dom;
}

function build() {
  const title = part("h2", { id: "link-title" }, say("Link"));
  const target = part("select", { id: "link-target", className: "form-select" });
  const address = part("input", { id: "link-address", className: "form-control", autocomplete: "off", inputmode: "url", spellcheck: "false", "aria-describedby": "link-problem" });
  const addressLine = part("div", { className: "link-line" }, part("label", { for: "link-address" }, say("Address")), address, part("p", { id: "link-problem", className: "error", role: "alert" }));
  const text = part("input", { id: "link-text", className: "form-control", autocomplete: "off" });
  const textLine = part("div", { className: "link-line" }, part("label", { for: "link-text" }, say("Words")), text);
  const looks = part("input", { id: "link-button", type: "checkbox" });
  const remove = part("button", { type: "button", className: "btn btn-danger-quiet" }, say("Remove the link"));
  const cancel = part("button", { type: "button", className: "btn" }, say("Cancel"));
  const form = part(
    "form",
    { method: "dialog", novalidate: "" },
    title,
    part("div", { className: "link-line" }, part("label", { for: "link-target" }, say("Leads to")), target),
    addressLine,
    textLine,
    part("label", { className: "check" }, looks, say("Show it as a button")),
    part("div", { className: "choices" }, part("button", { type: "submit", className: "btn btn-primary" }, say("Apply")), cancel, remove),
  );
  const dom = part("dialog", { className: "link-dialog", "aria-labelledby": "link-title" }, form);
  document.body.append(dom);
  cancel.addEventListener("click", () => dom.close());
  target.addEventListener("change", () => (addressLine.hidden = target.value !== ""));
  return { dom, form, target, address, addressLine, text, textLine, looks, remove };
}

/** The address as typed, made whole; null when it is none. */
function whole(typed) {
  const text = typed.trim();
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  if (!/^(https?:\/\/[^\s"<>]+\.[^\s"<>]+|mailto:[^\s"<>]+|tel:[^\s"<>]+)$/i.test(address)) return null;
  return address;
}

export function askForLink(view) {
  dialog ??= build();
  const { dom, form, target, address, addressLine, text, textLine, looks, remove } = dialog;
  const now = linkAt(view.state);
  const attrs = now?.attrs.attrs ?? [];
  const href = attrs.find(([name]) => name === "href")?.[1] ?? "";
  const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(href)?.[1] ?? "";
  const fields = words.fields().filter((field) => /^https?:/.test(field.example));
  target.replaceChildren(
    new Option(say("An address that you type"), ""),
    ...fields.map((field) => new Option(field.label, field.name)),
    ...(name && !fields.some((field) => field.name === name) ? [new Option(words.label(name), name)] : []),
  );
  target.value = name;
  addressLine.hidden = name !== "";
  address.value = name ? "" : asTyped(href).replace(/^mailto:/, "");
  address.removeAttribute("aria-invalid");
  const problem = dom.querySelector("#link-problem");
  problem.textContent = "";
  const isNew = !now && view.state.selection.empty;
  textLine.hidden = !isNew;
  text.value = "";
  looks.checked = isButton(attrs);
  const wasButton = looks.checked;
  remove.hidden = !now;
  remove.onclick = () => {
    removeLink(view.state, view.dispatch);
    dom.close();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const to = target.value ? `{{${target.value}}}` : href.includes("{{") && address.value === asTyped(href) ? href : whole(address.value);
    if (!to) {
      problem.textContent = say("Please type an address, as https://example.com or name@example.com.");
      address.setAttribute("aria-invalid", "true");
      address.focus();
      return;
    }
    const others = attrs.filter(([key]) => key !== "href" && (key !== "style" || looks.checked === wasButton));
    const style = now && looks.checked === wasButton ? [] : looks.checked ? Looks.button : Looks.link;
    const shown = text.value.trim() || (target.value ? words.label(target.value) : address.value.trim());
    setLink(view.state, view.dispatch, [["href", inSource(to)], ...others, ...style], shown);
    dom.close();
  };
  dom.onclose = () => view.focus();
  dom.showModal();
  (name ? target : address).focus();
}
