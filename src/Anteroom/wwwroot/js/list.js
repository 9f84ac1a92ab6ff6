// The list works without this file. It searches while one types, selects ranges and whole pages, keeps the color of waiting
// true, and closes menus.

// Search as you type: the same page is fetched and its region taken over; the address follows.
const search = document.querySelector("form[data-search]");
let pending;
let latest = 0;

async function ask(address, push) {
  const mine = ++latest;
  const asked = performance.now();
  let page;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // offline: the form still works
  }
  if (mine !== latest) return;
  document.dispatchEvent(new CustomEvent("page:arrived", { detail: { page, asked } }));
  for (const id of ["lead-list", "board", "filters", "views"]) {
    const here = document.getElementById(id);
    const there = page.getElementById(id);
    // The board's own script listens there.
    if (here && there && id === "board") here.replaceChildren(...there.childNodes);
    else if (here && there) here.replaceWith(there);
  }
  for (const name of ["query", "back"]) {
    const here = document.querySelector(`#selection input[name="${name}"]`);
    const there = page.querySelector(`#selection input[name="${name}"]`);
    if (here && there) here.value = there.value;
  }
  history[push ? "pushState" : "replaceState"](null, "", address);
  refreshSelection();
  document.dispatchEvent(new CustomEvent("list:replaced", { detail: { asked } }));
}

search?.addEventListener("input", () => {
  clearTimeout(pending);
  pending = setTimeout(() => {
    const values = new URLSearchParams(new FormData(search));
    if (!values.get("q") && !values.has("view")) values.delete("q");
    const query = values.toString();
    ask(search.getAttribute("action") + (query ? `?${query}` : ""), false);
  }, 250);
});

// Selection.
const bar = document.querySelector("[data-selection]");
const boxes = () => [...document.querySelectorAll('#lead-list input[name="lead"]')];
let last = null;

function refreshSelection() {
  const page = document.querySelector("[data-select-page]");
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  if (page) {
    page.hidden = false;
    page.checked = ticked > 0 && ticked === all.length;
    page.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const box of all) box.closest("tr")?.classList.toggle("selected", box.checked);
  if (!bar) return;
  bar.classList.toggle("open", ticked > 0 || bar.querySelector("[data-select-all]")?.checked === true);
  const count = bar.querySelector("[data-selection-count]");
  const words = ticked === 1 ? count.dataset.one : count.dataset.many.replace("{0}", ticked.toLocaleString());
  if (count.textContent !== words && ticked > 0) count.textContent = words;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.('input[name="lead"]');
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  refreshSelection();
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-select-page]"))
    for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches?.('[data-select-page], [data-select-all], input[name="lead"]')) refreshSelection();
});

// A file is downloaded: the page stays, and the form may be sent again.
bar?.addEventListener("submit", (event) => event.submitter?.value === "export" && setTimeout(() => delete bar.dataset.sent, 500));
bar?.addEventListener("reset", () => setTimeout(refreshSelection));
document.addEventListener("live:updated", refreshSelection);
refreshSelection();
// Choices that a browser has remembered over a reload come back after the page.
addEventListener("pageshow", () => setTimeout(refreshSelection));

// Waiting: calm, due, late.
function tick() {
  for (const badge of document.querySelectorAll("[data-wait]")) {
    const since = Date.parse(badge.querySelector("time").dateTime);
    const age = (Date.now() - since) / 1000;
    const level = age >= Number(badge.dataset.late) ? "late" : age >= Number(badge.dataset.soon) ? "soon" : "calm";
    if (badge.classList.contains(`wait-${level}`)) continue;
    badge.classList.remove("wait-calm", "wait-soon", "wait-late");
    badge.classList.add(`wait-${level}`);
    badge.querySelector(".wait-word").textContent = badge.dataset[`${level}Words`];
  }
}
setInterval(tick, 5_000);

// One menu at a time; a click elsewhere or Escape closes it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (bar?.classList.contains("open") && !event.defaultPrevented) {
    for (const box of boxes()) box.checked = false;
    bar.reset();
    refreshSelection();
  }
});
