// Shows the preview of an email while it is being written. Without this file the Preview button does the same.
// The form is sent as by that button; of the page that comes back only preview and error messages are taken.

const form = document.querySelector("form[data-preview]");
const pause = 400;
let waiting;
let running;

async function refresh() {
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: running.signal,
    });
    if (!answer.headers.get("content-type")?.startsWith("text/html")) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page);
  } catch (error) {
    // Another key was pressed, or the line is down: the button still works.
    if (error.name !== "AbortError") console.info("No preview:", error.message);
  }
}

function show(page) {
  const now = document.getElementById("preview");
  const next = page.getElementById("preview");
  if (!next) return;
  now.replaceChildren(...next.childNodes);
  for (const field of form.querySelectorAll(".field[data-field]")) {
    const fresh = page.querySelector(`.field[data-field="${field.dataset.field}"]`);
    const wrong = fresh?.querySelector("[aria-invalid]");
    field.classList.toggle("field-wrong", Boolean(wrong));
    const control = field.querySelector("input, textarea");
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    const error = field.querySelector(".error");
    error.textContent = fresh?.querySelector(".error")?.textContent ?? "";
    error.hidden = !wrong;
  }
  const summary = document.getElementById("problems");
  // What is said below the field is enough while somebody writes; a summary that is there goes when all is well.
  if (summary && !page.querySelector("#problems .notice")) summary.replaceChildren();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, pause);
}

form?.addEventListener("input", soon);
document.querySelector(`[form="${form?.id}"][name="lead"]`)?.addEventListener("input", soon);
form?.addEventListener("submit", () => {
  clearTimeout(waiting);
  running?.abort();
});
