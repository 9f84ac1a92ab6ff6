// The lead's page works without this file. It counts down to the first-contact target, copies addresses, keeps the three forms like
// tabs, shows the resume, helps with mentions, fills in a text as soon as it is chosen and tells colleagues who looks at the same lead.

function span(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  const days = Math.floor(seconds / 86400);
  return days === 1 ? t("1 day") : t("{0} days", days.toLocaleString(document.documentElement.lang));
}

function countDown() {
  for (const badge of document.querySelectorAll(".wait[data-due]")) {
    const left = Math.floor((Date.parse(badge.dataset.due) - Date.now()) / 1000);
    const over = left <= 0;
    badge.classList.toggle("wait-soon", !over);
    badge.classList.toggle("wait-overdue", over);
    const text = (over ? badge.dataset.over : badge.dataset.left).replace("{0}", span(Math.abs(left)));
    if (badge.textContent !== text) badge.textContent = text;
  }
}

countDown();
setInterval(countDown, 1000);

function showCopy() {
  if (navigator.clipboard) for (const button of document.querySelectorAll(".copy[hidden]")) button.hidden = false;
}

showCopy();
document.addEventListener("live:updated", showCopy);
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return; // not allowed here: the text beside it can be selected
  }
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.copied;
  button.classList.add("copy-done");
  setTimeout(() => {
    words.textContent = before;
    button.classList.remove("copy-done");
  }, 2000);
});

// The form that was opened gets the focus. Ctrl+Enter sends it, Escape folds it.
document.addEventListener("click", (event) => {
  const details = event.target.closest(".compose summary")?.parentElement;
  if (details && !details.open) setTimeout(() => details.querySelector("form[method=post] :is(textarea, input:not([type=hidden]))")?.focus());
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".compose form[method=post]");
  if (!form || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
  } else if (event.key === "Escape") {
    const details = form.closest("details");
    details.open = false;
    details.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-snippet]");
  if (!form) return;
  const text = document.getElementById("email-text");
  // What somebody has written is not thrown away by a choice.
  if (!text.value.trim()) form.requestSubmit();
});

// The resume beside the facts, where there is room for it and the browser has a viewer.
function showResume() {
  const frame = document.querySelector(".resume-frame[data-src][hidden]");
  if (!frame || !navigator.pdfViewerEnabled || !matchMedia("(min-width: 48rem)").matches) return;
  frame.src = frame.dataset.src;
  frame.hidden = false;
}

showResume();
document.addEventListener("live:updated", showResume);

// Mentions: a list at the caret while a name is being typed.
const names = document.getElementById("mentions");
let area;

// The text before the caret, laid out as the field lays it out: a browser tells the place of a caret in no other way.
function caret() {
  const copy = document.createElement("div");
  const style = getComputedStyle(area);
  for (const name of ["box-sizing", "font-family", "font-size", "font-weight", "font-style", "letter-spacing", "line-height", "text-indent", "tab-size", "direction", "padding", "border-style", "border-width"])
    copy.style.setProperty(name, style.getPropertyValue(name));
  copy.className = "caret-copy";
  copy.style.setProperty("width", `${area.clientWidth + parseFloat(style.borderLeftWidth) * 2}px`);
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  copy.append(area.value.slice(0, area.selectionStart), mark);
  document.body.append(copy);
  const [field, all, at] = [area.getBoundingClientRect(), copy.getBoundingClientRect(), mark.getBoundingClientRect()];
  copy.remove();
  return { left: field.left + at.left - all.left - area.scrollLeft, top: field.top + at.top - all.top - area.scrollTop, height: at.height };
}

// Below the caret, or above it where there is no room; never outside the window.
function place() {
  const at = caret();
  const { width, height } = names.getBoundingClientRect();
  const below = at.top + at.height + 4;
  names.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))}px`;
  names.style.top = `${below + height > innerHeight - 8 && at.top - height - 4 > 8 ? at.top - height - 4 : below}px`;
}

function wanted() {
  const before = area.value.slice(0, area.selectionStart);
  return /(?:^|[^\p{L}\p{Nd}._@+-])@([A-Za-z0-9._@+-]*)$/u.exec(before);
}

function shown() {
  return [...names.children].filter((item) => !item.hidden);
}

function offer() {
  const match = wanted();
  const typed = match?.[1].toLowerCase();
  let any = false;
  for (const item of names.children) {
    item.hidden = match === null || !(item.dataset.name.toLowerCase().startsWith(typed) || item.textContent.toLowerCase().includes(typed));
    item.setAttribute("aria-selected", "false");
    any ||= !item.hidden;
  }
  names.hidden = !any;
  if (!any) return;
  shown()[0].setAttribute("aria-selected", "true");
  place();
}

function take(item) {
  const match = wanted();
  if (!match) return;
  const start = area.selectionStart - match[1].length;
  area.setRangeText(`${item.dataset.name} `, start, area.selectionStart, "end");
  names.hidden = true;
  area.focus();
}

document.addEventListener("input", (event) => {
  if (!names || !event.target.matches("[data-mentions]")) return;
  area = event.target;
  offer();
});
document.addEventListener("keydown", (event) => {
  if (!names || names.hidden || event.target !== area) return;
  const items = shown();
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") names.hidden = true;
  else if (event.key === "Enter" || event.key === "Tab") take(items[at]);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = (at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === next)));
    items[next].scrollIntoView({ block: "nearest" });
  } else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
for (const kind of ["scroll", "resize"]) addEventListener(kind, () => names && !names.hidden && place(), { capture: true, passive: true });
document.addEventListener("focusout", (event) => {
  if (names && event.target === area) names.hidden = true;
});
names?.addEventListener("mousedown", (event) => {
  const item = event.target.closest("li");
  if (!item) return;
  event.preventDefault();
  take(item);
});

// Who else looks: said every 15 seconds while the page is in front.
const presence = document.getElementById("presence");
const token = document.querySelector("input[name=__RequestVerificationToken]")?.value;

function beatBody(leave) {
  const body = new URLSearchParams({ __RequestVerificationToken: token });
  if (leave) body.set("leave", "1");
  return body;
}

async function beat() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(presence.dataset.beat, { method: "POST", body: beatBody(false), redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".viewers");
    const now = presence.querySelector(".viewers");
    if (fresh && now && fresh.textContent !== now.textContent) now.replaceWith(fresh);
  } catch {
    // The line is down for a moment: the next beat says it.
  }
}

if (presence && token) {
  beat();
  setInterval(beat, 15_000);
  document.addEventListener("visibilitychange", beat);
  addEventListener("pagehide", () => navigator.sendBeacon(presence.dataset.beat, beatBody(true)));
}
