// Keeps an open page fresh. The server says over one stream of events that leads have changed (/live); the page then asks for
// its own address again and takes over what is new in its [data-live] regions. The page works without this file.
//
// Other scripts have no way of their own to draw what the server knows. One that has changed something asks for the page
// ("live:refresh"; {detail} is called when it is drawn). One that shows what is not certain yet puts it into each page before it is
// taken over ("page:arrived", with the page and the moment it was asked for).
//
// One stream a browser: the tab that holds a lock listens and tells the others (BroadcastChannel). Where there are no locks (plain
// HTTP on another host than localhost) each tab listens for itself.

const body = document.body;
const corner = document.getElementById("live-corner");
const words = corner?.dataset ?? {};
const channel = "BroadcastChannel" in window ? new BroadcastChannel("anteroom-live") : null;
const Beat = 15_000; // as LiveFeature.Beat
const LongestDelay = 30_000;
const Debounce = 150;

let mark = body.dataset.liveMark;
let title = document.title;
let stopped = !mark;

// ---- What stands in the page must not be lost ---------------------------------------------------------------------------------

const typed = new WeakSet();
document.addEventListener("input", ({ target }) => {
  // A tick holds its own box (isChecked), not the table around it.
  if (/^(checkbox|radio)$/.test(target.type)) return;
  typed.add(target);
  if (target.form) typed.add(target.form);
});
document.addEventListener("reset", (event) => typed.delete(event.target));

const isField = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable;
const isChecked = (element) => /^(checkbox|radio)$/.test(element.type) && element.checked !== element.defaultChecked;

// Someone is using it: leave the element itself alone.
function isHeld(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  if (node.hasAttribute("data-keep") || typed.has(node)) return true;
  if (node.tagName === "DIALOG" && node.open) return true;
  if (node === document.activeElement && isField(node)) return true;
  return isChecked(node);
}

// Somebody is at something in it: it cannot go away.
function holdsSomething(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  if (isHeld(node) || (node !== body && node.contains(document.activeElement) && isField(document.activeElement))) return true;
  return [...node.querySelectorAll("form, input, textarea, select, dialog[open], [data-keep]")].some(isHeld);
}

const fresh = [];
const morphing = {
  morphStyle: "outerHTML",
  ignoreActiveValue: true,
  restoreFocus: true,
  callbacks: {
    beforeNodeMorphed: (old) => !isHeld(old),
    beforeNodeRemoved: (old) => !holdsSomething(old),
    // A person opens and closes these.
    beforeAttributeUpdated: (name, element) =>
      !(name === "open" && (element.tagName === "DETAILS" || element.tagName === "DIALOG")) &&
      !(/^(src|hidden)$/.test(name) && element.dataset.src) && // filled by lead.js
      name !== "data-sent",
    afterNodeAdded: (node) => {
      if (node.nodeType === Node.ELEMENT_NODE && node.id) fresh.push(node);
    },
  },
};

// ---- Fetching the page again --------------------------------------------------------------------------------------------------

const regions = () => [...document.querySelectorAll("[data-live]")].filter((region) => !region.parentElement.closest("[data-live]"));
// A page with form errors has no address of its own to fetch.
const isAnswer = () => ![0, 200, undefined].includes(performance.getEntriesByType("navigation")[0]?.responseStatus);

let timer = 0;
let inFlight = false;
let again = false;
let dirty = false;
let earliest = 0;
let heard = 0; // when the last change was told
let waiting = []; // who has asked for a page

function concerns(leads) {
  return regions().some(({ dataset: { live } }) => !live || leads === "*" || leads.split(",").includes(live));
}

function changed(leads) {
  if (isAnswer() || !concerns(leads)) return;
  heard = performance.now();
  if (document.hidden) dirty = true;
  else schedule();
}

function schedule() {
  if (inFlight) again = true;
  else if (!timer) timer = setTimeout(refresh, Math.max(Debounce, earliest - performance.now()));
}

async function refresh() {
  timer = 0;
  inFlight = true;
  again = dirty = false;
  const began = performance.now();
  const address = location.href;
  const asked = waiting.splice(0);
  try {
    const answer = await fetch(address, { headers: { "X-Live": "1" }, cache: "no-store", redirect: "manual" });
    const text = answer.ok && (await answer.text());
    if (address !== location.href) again = true; // another question has been asked since
    else if (answer.ok) take(new DOMParser().parseFromString(text, "text/html"), began);
    else if (answer.type === "opaqueredirect" || answer.status === 401) await signedOut();
    else if (answer.status === 404 || answer.status === 403) gone();
  } catch {
    dirty = true; // the stream is down as well: it catches up when it is back
  }
  inFlight = false;
  if (again && address !== location.href) waiting.unshift(...asked);
  else for (const done of asked) done();
  // Calm under load: at most half of the time is spent on fetching; a page may ask for more calm.
  const calm = Math.max(0, ...regions().map(({ dataset }) => Number(dataset.liveCalm ?? 0)));
  earliest = performance.now() + Math.max(calm, performance.now() - began);
  if (again) schedule();
}

function take(page, asked) {
  document.dispatchEvent(new CustomEvent("page:arrived", { detail: { page, asked } }));
  fresh.length = 0;
  for (const region of regions()) {
    const next = region.id && page.getElementById(region.id);
    if (next) Idiomorph.morph(region, next, morphing);
  }
  mark = page.body.dataset.liveMark ?? mark;
  title = page.title;
  showTitle();
  const rows = fresh.filter((element) => element.isConnected && element.closest("[data-live]"));
  for (const row of rows) {
    row.classList.add("live-new");
    setTimeout(() => row.classList.remove("live-new"), 4_000);
  }
  document.dispatchEvent(new CustomEvent("live:updated", { detail: { added: rows } }));
}

document.addEventListener("live:refresh", ({ detail: done }) => {
  if (stopped || isAnswer()) return void done();
  waiting.push(done);
  schedule();
});

// Another question was asked: its answer may be older than what was told meanwhile.
document.addEventListener("list:replaced", ({ detail: { asked } }) => asked < heard && schedule());

// What a page shows may change without any lead: a region can ask to be fetched again every so many milliseconds.
const every = Math.min(Infinity, ...regions().map(({ dataset }) => Number(dataset.liveEvery ?? Infinity)));
if (Number.isFinite(every))
  setInterval(() => {
    if (isAnswer()) return;
    if (document.hidden) dirty = true;
    else schedule();
  }, every);

function gone() {
  stopped = true;
  say(words.gone, "lost");
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (dirty) schedule();
  listener?.wake();
});

// ---- What is said in the corner -----------------------------------------------------------------------------------------------

let said = 0;
function say(text, kind, link) {
  if (!corner || !text) return;
  clearTimeout(said);
  const line = document.createElement("p");
  line.className = `live-line live-${kind}`;
  line.textContent = text;
  if (link) {
    const a = document.createElement("a");
    a.href = `/signin?returnUrl=${encodeURIComponent(location.pathname + location.search)}`;
    a.textContent = link;
    line.append(" ", a);
  }
  corner.replaceChildren(line);
  if (kind === "back") said = setTimeout(() => corner.replaceChildren(), 4_000);
}

function state(name) {
  if (name === "lost") say(words.lost, "lost");
  else if (corner?.querySelector(".live-lost")) say(words.back, "back");
}

async function signedOut() {
  if (stopped) return;
  stopped = true;
  listener?.stop();
  say(words.out, "out", words.signin);
}

// ---- Unread -------------------------------------------------------------------------------------------------------------------

let unread = 0;
function showTitle() {
  const shown = unread > 99 ? "99+" : unread;
  const next = unread > 0 ? `(${shown}) ${title}` : title;
  if (document.title !== next) document.title = next;
}

function count(next) {
  unread = next;
  showTitle();
}

// The bell, and what the browser says of it. Only what is newer than the newest that some tab of this browser has known is said.
const bell = document.querySelector("[data-bell]");
const Known = "anteroom.notice";

function ring(notices, notify) {
  if (!notices) return;
  if (bell) {
    bell.hidden = notices.unread === 0;
    bell.firstChild.textContent = notices.unread > 99 ? "99+" : String(notices.unread);
  }
  const { latest } = notices;
  if (!latest || latest.id <= (localStorage.getItem(Known) ?? "")) return;
  localStorage.setItem(Known, latest.id);
  if (notify) announce(latest.text, `anteroom-${latest.id}`, latest.lead ? `/leads/${latest.lead}` : "/notifications");
}

async function recount(notify) {
  try {
    const answer = await fetch("/live/unread", { headers: { "X-Live": "1" }, cache: "no-store", redirect: "manual" });
    if (!answer.ok) return;
    const { unread: next, notices } = await answer.json();
    const more = next - unread;
    ring(notices, notify);
    tell({ type: "unread", unread: next, notices });
    if (notify && more > 0)
      await announce(more === 1 ? words.one : words.many?.replace("{0}", more.toLocaleString(document.documentElement.lang)), "anteroom-leads", "/leads");
  } catch {
    // the stream says when it is back
  }
}

// ---- Desktop notifications, for who asked for them ----------------------------------------------------------------------------

const Wanted = "anteroom.notify";
const mayNotify = () => "Notification" in window && Notification.permission === "granted" && localStorage.getItem(Wanted) === "on";

let seen = false;
async function announce(text, tag, address) {
  if (!mayNotify()) return;
  // A tab that is looked at needs no notification.
  seen = !document.hidden;
  channel?.postMessage({ type: "anybody" });
  await new Promise((done) => setTimeout(done, 150));
  if (seen) return;
  const notification = new Notification(text, { tag, icon: "/favicon.svg" });
  notification.onclick = () => {
    window.focus();
    location.assign(address);
  };
}

const button = document.querySelector("[data-notify]");
function showButton() {
  button.hidden = !("Notification" in window) || Notification.permission === "denied";
  button.setAttribute("aria-pressed", String(mayNotify()));
}
if (button) {
  showButton();
  button.addEventListener("click", async () => {
    if (mayNotify()) localStorage.removeItem(Wanted);
    else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(Wanted, "on");
    showButton();
  });
}

// ---- The stream ---------------------------------------------------------------------------------------------------------------

class Listener {
  #source = null;
  #delay = 1_000;
  #retry = 0;
  #alive = 0;
  #lost = 0;
  connected = false;
  changedAt = 0;

  start() {
    this.#retry = 0;
    this.#source = new EventSource(`/live?since=${encodeURIComponent(mark)}`);
    this.#source.addEventListener("hello", (event) => this.#hello(event));
    this.#source.addEventListener("changed", (event) => {
      this.#heard(event);
      this.changedAt = Date.now();
      tell({ type: "changed", leads: event.data, mark });
      this.#recountSoon();
    });
    this.#source.addEventListener("beat", (event) => this.#heard(event));
    this.#source.onerror = () => this.#broken();
    this.#watch();
  }

  stop() {
    clearTimeout(this.#retry);
    clearTimeout(this.#alive);
    clearTimeout(this.#lost);
    this.#source?.close();
    this.#source = null;
    this.connected = false;
  }

  // The network is back, or somebody looks: now rather than later.
  wake() {
    if (!this.#retry) return;
    clearTimeout(this.#retry);
    this.start();
  }

  #hello(event) {
    this.#heard(event);
    this.connected = true;
    this.#delay = 1_000;
    clearTimeout(this.#lost);
    this.#lost = 0;
    tell({ type: "state", state: "on" });
    if (event.data) tell({ type: "unread", ...JSON.parse(event.data) });
  }

  #heard(event) {
    if (event.lastEventId) mark = event.lastEventId;
    this.#watch();
  }

  #counting = 0;
  #recountSoon() {
    this.#counting ||= setTimeout(() => {
      this.#counting = 0;
      recount(true);
    }, Debounce);
  }

  // A line can be dead without an error.
  #watch() {
    clearTimeout(this.#alive);
    this.#alive = setTimeout(() => this.#broken(), 2.5 * Beat);
  }

  async #broken() {
    const refused = this.#source?.readyState === EventSource.CLOSED;
    this.#source?.close();
    this.#source = null;
    this.connected = false;
    clearTimeout(this.#alive);
    // A stream that ends and comes back at once (a new version, a proxy's limit) is nothing to talk about.
    this.#lost ||= setTimeout(() => tell({ type: "state", state: "lost" }), 1_500);
    if (refused && (await this.#isOut())) return;
    this.#retry = setTimeout(() => this.start(), this.#delay * (0.75 + Math.random() / 2));
    this.#delay = Math.min(this.#delay * 2, LongestDelay);
  }

  async #isOut() {
    try {
      const answer = await fetch("/live/unread", { headers: { "X-Live": "1" }, cache: "no-store", redirect: "manual" });
      if (answer.type !== "opaqueredirect" && answer.status !== 401 && answer.status !== 403) return false;
    } catch {
      return false;
    }
    tell({ type: "out" });
    return true;
  }
}

let listener = null;

// To all tabs, this one too.
function tell(message) {
  channel?.postMessage(message);
  hear(message);
}

function hear(message) {
  switch (message.type) {
    case "changed":
      mark = message.mark ?? mark;
      changed(message.leads);
      break;
    case "unread":
      count(message.unread);
      ring(message.notices, false);
      break;
    case "state":
      state(message.state);
      break;
    case "out":
      signedOut();
      break;
    // A tab that was just opened: was there a change since it asked for its page? And it may have read a lead.
    case "opened":
      if (!listener) break;
      if (listener.connected && listener.changedAt >= message.at) channel.postMessage({ type: "changed", leads: "*" });
      recount(false);
      break;
    case "anybody":
      if (!document.hidden) channel.postMessage({ type: "somebody" });
      break;
    case "somebody":
      seen = true;
      break;
  }
}

let leave = () => {};
function lead() {
  if (stopped) return;
  listener = new Listener();
  listener.start();
}

function begin() {
  if (stopped) return;
  if (!channel || !navigator.locks) {
    lead();
    return;
  }
  const abort = new AbortController();
  leave = () => abort.abort();
  navigator.locks
    .request("anteroom-live", { signal: abort.signal }, () => {
      lead();
      return new Promise((release) => (leave = release));
    })
    .catch(() => {});
  channel.postMessage({ type: "opened", at: performance.timeOrigin });
}

if (channel) channel.onmessage = (event) => !stopped && hear(event.data);
addEventListener("online", () => (listener && !listener.connected ? listener.wake() : state("on")));
addEventListener("offline", () => state("lost"));
addEventListener("pagehide", () => {
  listener?.stop();
  listener = null;
  leave();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    begin();
    changed("*");
  }
});
for (const form of document.querySelectorAll('form[action="/signout"]'))
  form.addEventListener("submit", () => {
    stopped = true;
    channel?.postMessage({ type: "out" });
  });

begin();
