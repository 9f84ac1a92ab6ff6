// Keeps what is being typed into a long form until it has been sent: a session can end meanwhile, and the sign-in page leads back here.
// The forms work without this file. Kept in this tab only (sessionStorage), for the user who typed it; gone when it was taken, when the
// tab is closed and at sign-out.

const Prefix = "anteroom-draft ";
const Sent = "anteroom-draft-sent";
const user = document.body.dataset.user;

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(Prefix));
const keyOf = (form) => `${Prefix}${user} ${new URL(form.action).pathname}`;
const fields = (form) =>
  [...form.elements].filter(({ name, type, tagName }) => name && (tagName === "TEXTAREA" || /^(text|date)$/.test(type)));

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "{}");
  for (const field of fields(form)) {
    if (field.value || !kept[field.name]) continue; // the server knows better
    field.value = kept[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true })); // live.js leaves alone what was typed
    const details = field.closest("details");
    if (details) details.open = true;
  }
}

function keep({ target }) {
  const form = target.form?.closest?.("form[data-draft]");
  if (!form) return;
  const values = fields(form).map(({ name, value }) => [name, value]);
  if (values.some(([, value]) => value.trim())) sessionStorage.setItem(keyOf(form), JSON.stringify(Object.fromEntries(values)));
  else sessionStorage.removeItem(keyOf(form));
}

try {
  const sent = sessionStorage.getItem(Sent);
  sessionStorage.removeItem(Sent);
  // A page of the workspace that is no error: the form was taken. On the sign-in page it was not.
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200;
  if (sent && user && status < 400) sessionStorage.removeItem(sent);
  if (user) {
    for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
    document.addEventListener("input", keep);
    document.addEventListener("submit", ({ target, submitter }) => {
      if (target.matches('form[action="/signout"]')) for (const key of keys()) sessionStorage.removeItem(key);
      else if (target.matches("form[data-draft]") && submitter?.value !== "preview") sessionStorage.setItem(Sent, keyOf(target));
    });
  }
} catch {
  // no storage here: nothing is kept
}
