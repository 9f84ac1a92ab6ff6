// Keys and the command palette. A key presses or focuses the element that carries it (data-key); j and k move over the rows of
// [data-rows]. Nothing here can be done by keys alone.

const sheet = document.getElementById("keys");
const palette = document.getElementById("palette");
const Off = "anteroom.keys";
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const modifier = isApple ? "⌘" : "Ctrl";

for (const element of document.querySelectorAll("[data-modifier]")) element.textContent = `${modifier} K`;

const isTyping = (element) =>
  element.isContentEditable ||
  element.tagName === "TEXTAREA" ||
  element.tagName === "SELECT" ||
  (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset|file|range|color)$/.test(element.type));
const isUsable = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true" && !element.closest("[hidden], dialog:not([open])");
const isOn = () => localStorage.getItem(Off) !== "off";
const keyed = () => [...document.querySelectorAll("[data-key]")].filter(isUsable);

// ---- Pressing -----------------------------------------------------------------------------------------------------------------

function press(element) {
  for (let closed = element.parentElement?.closest("details:not([open])"); closed; closed = closed.parentElement?.closest("details:not([open])"))
    if (!element.matches("summary") || element.parentElement !== closed) closed.open = true;
    else break;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !/^(submit|button|checkbox|radio)$/.test(element.type)) {
    element.focus();
    element.scrollIntoView({ block: "nearest" });
    if (element.type === "search" || element.type === "text") element.select();
  } else element.click();
}

// ---- Rows ---------------------------------------------------------------------------------------------------------------------

function rowsNear(element) {
  const lists = [...document.querySelectorAll("[data-rows]")];
  const list = lists.find((one) => one.contains(element)) ?? lists.find((one) => one.querySelector(".row-link"));
  return list ? [...list.children].filter((row) => row.querySelector(".row-link")) : [];
}

function move(by) {
  const rows = rowsNear(document.activeElement);
  if (rows.length === 0) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  next.querySelector(".row-link").focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function select() {
  const row = rowsNear(document.activeElement).find((one) => one.contains(document.activeElement));
  const box = row?.querySelector('input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

// ---- Keys ---------------------------------------------------------------------------------------------------------------------

let first = null;
let firstTimer = 0;

function act(key) {
  const target = keyed().find((element) => element.dataset.key === key);
  if (target) {
    press(target);
    return true;
  }
  switch (key) {
    case "?":
      showSheet();
      return true;
    case "/":
      showPalette();
      return true;
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "x":
      return select();
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((isApple ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (palette?.open) palette.close();
    else if (!document.querySelector("dialog[open]")) showPalette();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat && !/^[jk]$/.test(event.key)) return;
  if (!isOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;

  const key = first ? `${first} ${event.key}` : event.key;
  const isSecond = first !== null;
  forget();
  if (act(key) || (isSecond && act(event.key))) event.preventDefault();
  else if (!isSecond && keyed().some((element) => element.dataset.key.startsWith(`${event.key} `))) {
    first = event.key;
    firstTimer = setTimeout(forget, 1_500);
    event.preventDefault();
  }
});

function forget() {
  clearTimeout(firstTimer);
  first = null;
}

// ---- What there is ------------------------------------------------------------------------------------------------------------

function showSheet() {
  if (!sheet) return;
  const words = sheet.dataset;
  const groups = new Map([
    [words.everywhere, [[`${modifier} K`, words.jump], ["?", words.sheet]]],
    [words.list, []],
    [words.page, []],
  ]);
  const seen = new Set(["?"]);
  for (const element of keyed()) {
    const { key, keyLabel } = element.dataset;
    if (seen.has(key)) continue;
    seen.add(key);
    const isEverywhere = element.closest(".topbar") || key.includes(" ");
    groups.get(isEverywhere ? words.everywhere : words.page).push([key, keyLabel || labelOf(element)]);
  }
  if (!seen.has("/")) groups.get(words.everywhere).push(["/", words.search]);
  if (document.querySelector("[data-rows] .row-link")) {
    groups.get(words.list).push(["j", words.next], ["k", words.previous]);
    if (document.querySelector('[data-rows] input[type="checkbox"]')) groups.get(words.list).push(["x", words.select]);
    groups.get(words.list).push(["Enter", words.open]);
  }

  const list = document.getElementById("keys-list");
  list.replaceChildren();
  for (const [name, keys] of groups) {
    if (keys.length === 0) continue;
    const head = document.createElement("h3");
    head.textContent = name;
    const entries = document.createElement("dl");
    for (const [key, label] of keys) {
      const entry = document.createElement("div");
      const term = document.createElement("dt");
      const parts = key === " " ? [key] : key.split(" ");
      parts.forEach((part, at) => {
        if (at > 0) term.append(parts[0] === modifier ? " " : ` ${words.then} `);
        const cap = document.createElement("kbd");
        cap.textContent = part;
        term.append(cap);
      });
      const meaning = document.createElement("dd");
      meaning.textContent = label;
      entry.append(term, meaning);
      entries.append(entry);
    }
    list.append(head, entries);
  }
  document.getElementById("keys-on").checked = isOn();
  sheet.showModal();
}

function labelOf(element) {
  return (element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent || element.placeholder || "").trim();
}

document.getElementById("keys-on")?.addEventListener("change", (event) => {
  if (event.target.checked) localStorage.removeItem(Off);
  else localStorage.setItem(Off, "off");
});
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", showSheet);
}
for (const dialog of [sheet, palette])
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

// ---- The palette --------------------------------------------------------------------------------------------------------------

const input = document.getElementById("palette-q");
const options = document.getElementById("palette-list");
const status = document.getElementById("palette-state");
const MostOwn = 6;
let shown = [];
let active = 0;
let leads = { q: "", found: [], failed: false };
let asking = null;
let askTimer = 0;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// Letters in their order; beginnings of words count most. Null: not all of them are there.
function score(text, query) {
  const [where, what] = [fold(text), fold(query)];
  if (what === "") return 0;
  const whole = where.indexOf(what);
  if (whole >= 0) return 100 - whole - where.length / 100 + (whole === 0 || where[whole - 1] === " " ? 50 : 0);
  let at = 0;
  let points = 0;
  for (const letter of what.replaceAll(" ", "")) {
    const next = where.indexOf(letter, at);
    if (next < 0) return null;
    if (next === 0 || where[next - 1] === " ") points += 3;
    else if (next === at) points += 1;
    else points -= 1;
    at = next + 1;
  }
  return points > 0 ? points : null;
}

function own(query) {
  const items = [];
  for (const element of keyed()) {
    const label = element.dataset.keyLabel || labelOf(element);
    if (label && !element.dataset.key.startsWith("g ")) items.push({ kind: palette.dataset.action, label, key: element.dataset.key, run: () => press(element) });
  }
  const places = new Set();
  for (const link of document.querySelectorAll(".places a, .usermenu-links a, .tabs[data-places] a")) {
    const address = link.getAttribute("href");
    if (places.has(address)) continue;
    places.add(address);
    items.push({ kind: palette.dataset.place, label: link.dataset.keyLabel || link.textContent.trim(), key: link.dataset.key, href: address });
  }
  for (const button of document.querySelectorAll("button[data-keys]"))
    items.push({ kind: palette.dataset.action, label: button.textContent.trim(), key: "?", run: showSheet });
  if (query === "") return items;
  return items
    .map((item) => ({ item, points: score(item.label, query) }))
    .filter(({ points }) => points !== null)
    .sort((a, b) => b.points - a.points)
    .slice(0, MostOwn)
    .map(({ item }) => item);
}

function render() {
  const query = input.value.trim();
  const found = query === "" || leads.q === "" ? [] : leads.found;
  shown = [
    ...own(query),
    ...found.map((lead) => ({ kind: palette.dataset.lead, label: lead.name, detail: `${lead.number} · ${lead.hit ?? lead.email}`, status: lead.status, href: `/leads/${lead.number}` })),
  ];
  // Who types a name or a number means a lead.
  if (/\d/.test(query)) shown.sort((a, b) => Number(b.kind === palette.dataset.lead) - Number(a.kind === palette.dataset.lead));
  active = Math.min(active, Math.max(shown.length - 1, 0));
  options.replaceChildren(...shown.map(option));
  status.textContent =
    leads.failed ? palette.dataset.failed
    : shown.length === 0 ? (asking ? "" : palette.dataset.none)
    : shown.length === 1 ? palette.dataset.one
    : palette.dataset.many.replace("{0}", shown.length);
  mark();
}

function option(item, at) {
  const element = document.createElement("li");
  element.id = `palette-${at}`;
  element.setAttribute("role", "option");
  const label = document.createElement("bdi");
  label.className = "palette-label";
  label.textContent = item.label;
  element.append(label);
  for (const [text, name] of [[item.detail, "palette-detail"], [item.status, "palette-detail"]])
    if (text) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      element.append(" ", part);
    }
  const kind = document.createElement("span");
  kind.className = "palette-kind";
  kind.textContent = item.kind;
  element.append(" ", kind);
  element.addEventListener("pointermove", () => {
    if (active === at) return;
    active = at;
    mark();
  });
  element.addEventListener("click", () => choose(at));
  return element;
}

function mark() {
  [...options.children].forEach((element, at) => element.setAttribute("aria-selected", String(at === active)));
  const current = options.children[active];
  if (current) {
    input.setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function choose(at) {
  const item = shown[at];
  if (!item) return;
  palette.close();
  if (item.href) location.assign(item.href);
  else item.run();
}

function ask() {
  clearTimeout(askTimer);
  asking?.abort();
  asking = null;
  const query = input.value.trim();
  if (query === "") {
    leads = { q: "", found: [], failed: false };
    return;
  }
  asking = new AbortController();
  const { signal } = asking;
  askTimer = setTimeout(async () => {
    try {
      const answer = await fetch(`/leads/find?q=${encodeURIComponent(query)}`, { signal, headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      leads = { q: query, found: await answer.json(), failed: false };
    } catch {
      if (signal.aborted) return;
      leads = { q: query, found: [], failed: true };
    }
    asking = null;
    render();
  }, 120);
}

function showPalette() {
  if (!palette || palette.open) return;
  input.value = "";
  active = 0;
  ask();
  palette.showModal();
  render();
  input.focus();
}

if (palette) {
  input.addEventListener("input", () => {
    active = 0;
    ask();
    render();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = shown.length - 1;
    switch (event.key) {
      case "ArrowDown":
        active = active >= last ? 0 : active + 1;
        break;
      case "ArrowUp":
        active = active <= 0 ? Math.max(last, 0) : active - 1;
        break;
      case "Enter":
        event.preventDefault();
        choose(active);
        return;
      default:
        return;
    }
    event.preventDefault();
    mark();
  });
  palette.querySelector("[data-close]").addEventListener("click", () => palette.close());
  palette.addEventListener("close", () => asking?.abort());
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-palette]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    showPalette();
  });
}
