// The plain text follows the email above it, as long as nobody has written it otherwise.

import { plainFrom } from "./plain.js";
import { say } from "./say.js";

export function follow(html, text) {
  const derived = () => {
    try {
      return plainFrom(html.control.value);
    } catch {
      return null; // it is not whole at the moment
    }
  };
  const line = document.createElement("p");
  line.className = "follow";
  line.setAttribute("role", "status");
  const state = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn follow-button";
  button.textContent = say("Write it from the email");
  line.append(state, button);
  (text.details ?? text.control).before(line);

  let isInStep = text.control.value.trim() === derived();
  let isOurs = false;
  const show = () => {
    state.textContent = isInStep ? say("Follows the email above.") : say("Written separately from the email above.");
    button.hidden = isInStep;
  };
  const write = () => {
    const next = derived();
    if (next === null || next === text.control.value) return;
    isOurs = true;
    text.control.value = next;
    text.control.dispatchEvent(new Event("input", { bubbles: true }));
    isOurs = false;
  };
  html.control.addEventListener("input", () => isInStep && write());
  text.control.addEventListener("input", () => {
    if (isOurs) return;
    isInStep = text.control.value.trim() === derived();
    show();
  });
  button.addEventListener("click", () => {
    write();
    isInStep = text.control.value.trim() === derived();
    show();
    text.focus();
  });
  show();
}
