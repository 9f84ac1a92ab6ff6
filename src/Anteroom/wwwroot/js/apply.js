// The form works without this file. It adds a place to drop the resume, early answers about the file, a progress bar,
// and errors that come into the page without losing the chosen file. What is right and wrong is decided by the server.

const form = document.querySelector("form.form");
const file = form.querySelector('input[type="file"]');
const drop = document.getElementById("drop");
const button = form.querySelector('button[type="submit"]');
const messages = document.getElementById("messages");
const sending = document.getElementById("sending");
const bar = document.getElementById("progress");
const barText = document.getElementById("progress-text");
const live = document.getElementById("live");
const maxBytes = Number(form.dataset.maxBytes);
const types = form.dataset.types.split(",").map((type) => type.slice(1));
const buttonText = button.textContent;

// The page brings the texts of this file in its own language; without them they are as they stand here.
const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
const t = (text, ...values) => (texts[text] ?? text).replace(/\{(\d)\}/g, (_, at) => values[at]);

const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

function size(bytes) {
  if (bytes < 1024) return bytes === 1 ? t("1 byte") : t("{0} bytes", bytes);
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "")} MB`;
}

// --- errors ---------------------------------------------------------------------------------------------------------

function setError(name, text) {
  const field = form.querySelector(`[data-field="${name}"]`);
  if (!field) return;
  const message = field.querySelector(".error");
  const control = field.querySelector("input, select, textarea");
  field.classList.toggle("field-wrong", Boolean(text));
  message.textContent = text ?? "";
  message.hidden = !text;
  if (text) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  // Its line on top says the same, and leaves with it.
  const line = messages.querySelector(`#summary a[href="#${control.id}"]`);
  if (line && text) line.textContent = text;
  else line?.closest("li").remove();
  const lines = document.querySelectorAll("#summary li");
  const heading = document.querySelector("#summary > strong");
  if (!heading) return;
  if (lines.length === 0) document.getElementById("summary").remove();
  else if (line && !text)
    heading.textContent =
      lines.length === 1 ? t("One thing needs your attention. Nothing has been saved yet.") : t("{0} things need your attention. Nothing has been saved yet.", lines.length);
}

// Whether a field looks right now: enough to take back what was said of it. The server has the last word.
function looksRight(control) {
  const text = control.value.trim();
  if (text === "") return !control.required;
  if (control.name === "email") return /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text);
  if (control.name === "phone") return /^[+\d][\d\s().\/-]{5,24}$/.test(text);
  return true;
}

const refused = new WeakMap();

for (const kind of ["input", "change"])
  form.addEventListener(kind, ({ target }) => {
    const field = target.closest("[data-field]");
    if (!field?.classList.contains("field-wrong") || target.type === "file") return;
    if (!refused.has(target)) return;
    if (target.value.trim() !== refused.get(target) && looksRight(target)) setError(field.dataset.field, null);
  });

// What was wrong is remembered: only something else can be right.
function rememberRefused() {
  for (const control of form.querySelectorAll(".field-wrong :is(input, select, textarea)")) if (control.type !== "file") refused.set(control, control.value.trim());
}

rememberRefused();

function showNotice(text) {
  const notice = make("div", { className: "notice notice-error", id: "summary", tabIndex: -1, textContent: text });
  notice.setAttribute("role", "alert");
  messages.replaceChildren(notice);
  notice.focus();
}

function takeErrorsFrom(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const theirs = page.getElementById("messages");
  if (!theirs) return false;
  for (const field of form.querySelectorAll("[data-field]")) {
    const error = page.querySelector(`[data-field="${field.dataset.field}"] .error`);
    setError(field.dataset.field, error && !error.hidden ? error.textContent : null);
  }
  messages.replaceChildren(...theirs.children);
  rememberRefused();
  document.title = page.title;
  document.getElementById("summary")?.focus();
  return true;
}

// A link of the summary leads to its field, and the field gets the keyboard.
messages.addEventListener("click", (event) => {
  const target = event.target.closest("a")?.getAttribute("href");
  if (!target?.startsWith("#")) return;
  event.preventDefault();
  const field = document.getElementById(target.slice(1));
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

// --- people with one name -------------------------------------------------------------------------------------------

const oneName = form.querySelector("[data-one-name]");
const lastName = form.querySelector('[name="last_name"]');

// What was typed stays there, in case the box was ticked by mistake; a disabled field is not sent.
function showOneName() {
  lastName.disabled = oneName.checked;
  lastName.required = !oneName.checked;
  if (oneName.checked) setError("last_name", null);
}

oneName.addEventListener("change", showOneName);
addEventListener("pageshow", showOneName);

// --- what was typed stays on this device for a day, or until it was sent: over a reload, another language, a closed tab ---

const Draft = "anteroom-apply";
const Day = 24 * 60 * 60 * 1000;
const keptNote = document.getElementById("kept");
const kept = () => [...form.elements].filter(({ name, type }) => name && name !== "website" && name !== "person" && !/^(hidden|file|submit)$/.test(type));

// Nothing of the file, only that there was one.
function keepDraft() {
  const values = Object.fromEntries(kept().map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
  const typed = Object.values(values).some((value) => value === true || (typeof value === "string" && value.trim()));
  const had_file = file.files.length > 0;
  try {
    if (typed || had_file) localStorage.setItem(Draft, JSON.stringify({ values, had_file, at: Date.now() }));
    else localStorage.removeItem(Draft);
    keptNote.hidden = !typed;
  } catch {
    // no storage here: nothing is kept
  }
}

function removeDraft() {
  keptNote.hidden = true;
  try {
    localStorage.removeItem(Draft);
  } catch {
    // nothing was kept
  }
}

function forgetDraft() {
  form.removeEventListener("input", keepDraft);
  form.removeEventListener("change", keepDraft);
  removeDraft();
}

function restoreDraft() {
  let draft;
  try {
    draft = JSON.parse(localStorage.getItem(Draft) ?? "null");
  } catch {
    return;
  }
  if (!draft) return;
  if (!(Date.now() - draft.at < Day)) {
    removeDraft();
    return;
  }
  for (const field of kept()) {
    const value = draft.values[field.name];
    if (field.type === "checkbox") field.checked ||= value === true;
    else if (!field.value && value) field.value = value; // the server and the browser know better
    if (value) keptNote.hidden = false;
  }
  if (draft.had_file && file.files.length === 0 && !document.getElementById("again"))
    drop.after(make("p", { className: "again", id: "again", textContent: t("Please choose your file again: browsers do not keep a file when a page comes back.") }));
}

keptNote.querySelector("button").addEventListener("click", () => {
  for (const field of kept()) {
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  removeDraft();
  document.getElementById("again")?.remove();
  live.textContent = t("What you typed was cleared.");
  form.querySelector('[name="first_name"]').focus();
});

restoreDraft();
form.addEventListener("input", keepDraft);
form.addEventListener("change", keepDraft);

// --- an address that was mistyped: the rule of Shared/MailDomains.cs --------------------------------------------------

const email = form.querySelector('[name="email"]');
const meant = document.getElementById("meant");
const [common, real, families] = [meant.dataset.common, meant.dataset.real, meant.dataset.families].map((words) => words.split(" "));
const most = 2;

function distance(one, other) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  const rows = [];
  for (let i = 0; i <= one.length; i++) {
    rows.push([]);
    for (let j = 0; j <= other.length; j++) {
      if (i === 0 || j === 0) {
        rows[i].push(i + j);
        continue;
      }
      let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i].push(least);
    }
  }
  return Math.min(rows[one.length][other.length], most + 1);
}

function edits(domain, other) {
  const name = other.slice(0, other.indexOf("."));
  const missing = domain.includes(".") ? most + 1 : distance(domain, name);
  if (missing <= (name.length < 5 ? 0 : 1)) return missing + 1;
  if (name.length < 5 && !domain.startsWith(`${name}.`)) return most + 1;
  const found = distance(domain, other);
  return found < most || (found === most && domain[0] === other[0]) ? found : most + 1;
}

function isReal(domain) {
  if (common.includes(domain) || real.includes(domain)) return true;
  const words = domain.split(".");
  return (
    families.includes(words[0]) &&
    words.at(-1).length === 2 &&
    (words.length === 2 ? !["co", "cm", "om"].includes(words[1]) : words.length === 3 && ["com", "co"].includes(words[1]))
  );
}

function addressMeant(typed) {
  const text = typed.trim().normalize("NFKC");
  const at = text.lastIndexOf("@");
  const domain = text.slice(at + 1).toLowerCase();
  if (at <= 0 || at !== text.indexOf("@") || domain === "" || isReal(domain)) return null;
  let [best, least] = [null, most + 1];
  for (const other of common) {
    const found = edits(domain, other);
    if (found < least) [best, least] = [other, found];
  }
  return best && `${text.slice(0, at)}@${best}`;
}

function offer() {
  const address = addressMeant(email.value);
  if (!address) {
    meant.replaceChildren();
    return;
  }
  const take = make("button", { type: "button", className: "take", textContent: address });
  take.addEventListener("click", () => {
    email.value = address;
    setError("email", null);
    meant.replaceChildren();
    email.focus();
  });
  const [before, after] = t("Did you mean {0}?", "\n").split("\n");
  meant.replaceChildren(make("p", { className: "meant" }));
  meant.firstChild.append(before, take, after);
}

// Who leaves the field for a button must find it where it was: the offer comes when the finger is up again.
let pressed = false;
addEventListener("pointerdown", () => (pressed = true), true);
for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => (pressed = false), true);
email.addEventListener("change", () => {
  if (pressed) addEventListener("pointerup", () => setTimeout(offer), { once: true });
  else offer();
});
email.addEventListener("input", () => meant.replaceChildren());
addEventListener("pageshow", offer);

// --- the file -------------------------------------------------------------------------------------------------------

const prompt = make("p", { className: "drop-prompt" });
const promptVerb = make("span", { className: "drop-button" });
prompt.append(promptVerb, " ", t("or drop it here"));
prompt.setAttribute("aria-hidden", "true");
const chosen = make("div", { className: "chosen", hidden: true });
const chosenName = make("span", { className: "chosen-name" });
const chosenSize = make("span", { className: "soft" });
const remove = make("button", { type: "button", className: "remove", textContent: t("Remove") });
chosen.append(chosenName, chosenSize, remove);
drop.append(prompt);
drop.after(chosen);
drop.classList.add("drop-ready");

function problemOf(chosenFile) {
  const extension = chosenFile.name.includes(".") ? chosenFile.name.split(".").pop().toLowerCase() : "";
  if (!types.includes(extension)) return t("This looks like another kind of file. Please choose one of these: {0}.", types.map((type) => type.toUpperCase()).join(", "));
  if (chosenFile.size === 0) return t("This file is empty. Please choose another one.");
  if (chosenFile.size > maxBytes) return t("This file is {0}. The limit is {1}.", size(chosenFile.size), size(maxBytes));
  return null;
}

function showFile() {
  const [first] = file.files;
  chosen.hidden = !first;
  drop.classList.toggle("drop-full", Boolean(first));
  promptVerb.textContent = first ? t("Choose another file") : t("Choose a file");
  if (!first) return;
  document.getElementById("again")?.remove();
  chosenName.textContent = first.name;
  chosenSize.textContent = size(first.size);
  remove.setAttribute("aria-label", t("Remove {0}", first.name));
  const problem = problemOf(first);
  setError("resume", problem);
  live.textContent = problem ?? t("{0}, {1}, is ready to be sent.", first.name, size(first.size));
}

file.addEventListener("change", showFile);
remove.addEventListener("click", () => {
  file.value = "";
  setError("resume", null);
  showFile();
  live.textContent = t("The file was removed.");
  file.focus();
});

let depth = 0;
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
drop.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth++;
  drop.classList.add("drop-over");
});
drop.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
drop.addEventListener("dragleave", () => {
  depth = Math.max(0, depth - 1);
  if (depth === 0) drop.classList.remove("drop-over");
});
drop.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  drop.classList.remove("drop-over");
  if (event.dataTransfer.files.length > 1) {
    setError("resume", t("Please drop one file only."));
    live.textContent = t("Please drop one file only.");
    return;
  }
  file.files = event.dataTransfer.files;
  showFile();
});
// A file dropped beside the place must not make the browser leave the form.
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
}

// --- a hand: whoever is quick with the browser's help is no program (Web/Public/BotTrap.cs) -----------------------------

const hand = form.querySelector('[name="hand"]');
for (const kind of ["pointerdown", "keydown"])
  addEventListener(
    kind,
    ({ isTrusted }) => {
      if (isTrusted) hand.value = "seen";
    },
    true,
  );

// --- sending --------------------------------------------------------------------------------------------------------

let underWay = false;

function setSending(on) {
  underWay = on;
  button.disabled = on;
  button.textContent = on ? t("Sending…") : buttonText;
  form.setAttribute("aria-busy", String(on));
  sending.hidden = !on;
  bar.value = 0;
  barText.textContent = on ? t("Starting…") : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (underWay) return;
  const [first] = file.files;
  const problem = first ? problemOf(first) : null;
  if (problem) {
    setError("resume", problem);
    showNotice(problem);
    return;
  }

  const data = new FormData(form);
  setSending(true);
  live.textContent = t("Sending.");
  const request = new XMLHttpRequest();
  let said = 0;
  request.upload.addEventListener("progress", (progress) => {
    if (!progress.lengthComputable) return;
    const percent = Math.floor((progress.loaded / progress.total) * 100);
    bar.value = percent;
    barText.textContent = percent < 100 ? t("{0} % of {1}", percent, size(progress.total)) : t("Received. Being saved…");
    if (percent >= said + 25) {
      said = percent;
      live.textContent = t("{0} percent sent.", percent);
    }
  });
  request.addEventListener("load", () => {
    if (request.status >= 200 && request.status < 300) {
      // The server answered with a redirect, which the browser has followed.
      forgetDraft();
      location.assign(request.responseURL);
      return;
    }
    setSending(false);
    if (!takeErrorsFrom(request.responseText)) showNotice(t("The server could not take your inquiry (error {0}). Nothing was saved. Please try again in a minute.", request.status));
  });
  const failed = () => {
    setSending(false);
    showNotice(t("The connection broke before the server answered. Everything you typed is still here: please press Send again. It will not arrive twice."));
  };
  request.addEventListener("error", failed);
  request.addEventListener("timeout", failed);
  request.addEventListener("abort", failed);
  request.open("POST", form.action);
  request.send(data);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) setSending(false);
  showFile();
});
