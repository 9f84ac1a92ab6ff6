// The workspace works without this file. It keeps relative times true while a page stays open, shows the exact
// instant in the reader's own time zone, closes the user's menu and sends a form once however often it is clicked.

const language = document.documentElement.lang;

const units = [
  [60, 60, "min"],
  [3600, 24, "h"],
];

function span(seconds) {
  if (seconds < 60) return t("under a minute");
  for (const [size, limit, name] of units) {
    const count = Math.floor(seconds / size);
    if (count < limit) return `${count} ${name}`;
  }
  const days = Math.floor(seconds / 86400);
  return days === 1 ? t("1 day") : t("{0} days", days.toLocaleString(language));
}

function words(time, style) {
  const gap = (Date.now() - time) / 1000;
  const seconds = Math.abs(gap);
  if (style === "span") return span(seconds);
  if (seconds < 45) return gap < 0 ? t("in a moment") : t("just now");
  if (seconds > 30 * 86400) return null;
  return gap < 0 ? t("in {0}", span(seconds)) : t("{0} ago", span(seconds));
}

// In the time zone that the user has chosen, else in the browser's.
const timeZone = document.documentElement.dataset.timeZone || undefined;
const exact = new Intl.DateTimeFormat(language === "en" ? undefined : language, { dateStyle: "medium", timeStyle: "long", timeZone });

function tick() {
  for (const element of document.querySelectorAll("time[data-style]")) {
    const time = Date.parse(element.dateTime);
    const text = words(time, element.dataset.style);
    if (text !== null && text !== element.textContent) element.textContent = text;
    element.title = exact.format(time);
  }
}

tick();
setInterval(tick, 20_000);

const menu = document.querySelector("details.usermenu");
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (form.dataset.sent || (question && !confirm(question))) event.preventDefault();
    else form.dataset.sent = "yes";
  });
}
// A page that comes back from the browser's memory may be used again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
