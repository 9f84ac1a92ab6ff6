// The board works without this file: cards have a menu, columns a link to the rest. It moves cards by mouse, touch and keyboard,
// fetches the next cards as a column scrolls, and lets the server decide about every move. The answer to a move says only whether it
// was made: cards and counts are drawn by live.js, from the board's own address.

const board = document.getElementById("board");
const says = document.getElementById("board-says");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const columns = () => [...board.querySelectorAll(".board-column")];
const columnOf = (element) => element.closest(".board-column");
const listOf = (column) => column.querySelector(".cards");
const nameOf = (card) => card.querySelector(".row-link").textContent;
const mayGo = (card, column) =>
  column.dataset.status === card.dataset.status || card.dataset.next.split(" ").includes(column.dataset.status);
const isOther = (card, column) => column && column.dataset.status !== card.dataset.status;

function say(kind, ...words) {
  says.textContent = words.reduce((text, word, i) => text.replace(`{${i}}`, word), says.dataset[kind] ?? kind);
}

// --- a move, decided by the server ---

// What is on its way, by the card's id: where to, and when the server has answered. A page that was asked for before that may know of
// the move or not; it is shown as if it did.
const moves = new Map();

document.addEventListener("page:arrived", ({ detail: { page, asked } }) => {
  for (const [id, { status, answered }] of moves)
    if (asked < answered) place(page, id, status);
    else moves.delete(id);
});

// Where the server would draw the card if it had that status, on the page in sight or on one that has arrived.
function place(page, id, status) {
  const list = page.getElementById(`cards-${status}`);
  const known = page.getElementById(id);
  // Further down than an arrived page goes, it is only in sight.
  const card = known ?? document.getElementById(id)?.cloneNode(true);
  if (!list || !card) return;
  const from = known && columnOf(known);
  if (from && from !== columnOf(list)) {
    count(from, -1);
    count(columnOf(list), 1);
  }
  card.classList.toggle("saving", moves.get(id)?.answered === Infinity);
  const isNewer = (other) => Number(other.dataset.lead) > Number(card.dataset.lead);
  list.insertBefore(card, [...list.children].find((other) => other !== card && !isNewer(other)) ?? null);
}

function count(column, by) {
  const shown = column.querySelector("[data-count]");
  // What is not counted to the end stays as it is.
  if (/^\d+$/.test(shown.textContent)) shown.textContent = String(Number(shown.textContent) + by);
}

// What a decline is to say besides; null when it is not to be.
const asked = document.getElementById("decline");

async function askWhy(card, column) {
  if (!column.hasAttribute("data-declines") || !asked?.showModal) return [];
  const form = asked.querySelector("form");
  form.reset();
  delete form.dataset.sent;
  asked.returnValue = "";
  asked.querySelector("[data-decline-name]").textContent = nameOf(card);
  asked.showModal();
  await new Promise((closed) => asked.addEventListener("close", closed, { once: true }));
  return asked.returnValue ? [...new FormData(form)] : null;
}

async function move(card, column, isByKeyboard = false) {
  const { id } = card;
  const { status } = column.dataset;
  const isFocused = isByKeyboard || card.contains(document.activeElement);
  // Whatever takes the card from its place takes the focus from it.
  const focus = () => {
    if (isFocused && document.activeElement === document.body) document.getElementById(id)?.querySelector(".row-link").focus();
  };
  const why = await askWhy(card, column);
  if (!why) {
    say("back", nameOf(card), columnOf(document.getElementById(id) ?? card)?.dataset.label);
    focus();
    return;
  }
  const mine = { status, answered: Infinity };
  moves.set(id, mine);
  place(document, id, status);
  focus();
  const refused = await send(card, status, why);
  if (refused) {
    moves.delete(id);
    putBack(id);
    say(refused);
  } else {
    mine.answered = performance.now();
    document.getElementById(id)?.classList.remove("saving");
    say("dropped", nameOf(card), column.dataset.label);
  }
  focus();
  await new Promise((done) => document.dispatchEvent(new CustomEvent("live:refresh", { detail: done })));
  // There may have been no page to be had; or, after a refusal, another move has begun.
  if (moves.get(id) === mine) moves.delete(id);
  focus();
}

// To where the server last said it is.
function putBack(id) {
  const card = document.getElementById(id);
  if (!card) return;
  place(document, id, card.dataset.status);
  if (!calm.matches) card.animate([{ transform: "translateX(-6px)" }, { transform: "translateX(6px)" }, { transform: "none" }], { duration: 220 });
}

// Why it was not made, in the server's words; nothing when it was.
async function send({ dataset: { lead, version, status: from } }, status, why) {
  const seen = new URLSearchParams({ version, from });
  const body = new URLSearchParams(new FormData(document.getElementById("board-form")));
  for (const [name, value] of why) body.set(name, value);
  body.set("status", status);
  body.set("back", location.pathname + location.search);
  let html;
  let isMade = false;
  try {
    const answer = await fetch(`/board/${lead}/status?${seen}`, { method: "POST", headers: { "X-Piece": "move" }, body });
    html = await answer.text();
    isMade = answer.ok;
    if (!isMade && !html.includes("data-toast")) throw new Error(answer.status);
  } catch {
    const toast = document.createElement("div");
    toast.className = "toast-message toast-problem";
    toast.setAttribute("role", "alert");
    toast.dataset.toast = "";
    const words = toast.appendChild(document.createElement("div"));
    words.className = "toast-words";
    words.textContent = says.dataset.failed;
    html = toast.outerHTML;
  }
  document.dispatchEvent(new CustomEvent("toast:show", { detail: html }));
  const words = new DOMParser().parseFromString(html, "text/html").querySelector(".toast-words");
  return isMade ? null : words.textContent.replace(/\s+/g, " ").trim();
}

function lift(card) {
  card.classList.add("lifted");
  board.classList.add("lifting");
  for (const column of columns()) {
    column.classList.toggle("closed", !mayGo(card, column));
    column.classList.toggle("home", !isOther(card, column));
  }
}

function settle(card) {
  card.classList.remove("lifted");
  board.classList.remove("lifting");
  for (const column of columns()) column.classList.remove("closed", "home", "over");
}

function over(column) {
  for (const each of columns()) each.classList.toggle("over", each === column);
}

// --- mouse and touch: a mouse drags at once, a finger after a moment, so that it can still scroll ---

let drag = null;

board.addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".lead-card");
  if (!card || moves.has(card.id) || event.button !== 0 || drag || event.target.closest(".card-menu")) return;
  drag = { card, id: event.pointerId, x: event.clientX, y: event.clientY, touch: event.pointerType !== "mouse" };
  if (drag.touch) drag.timer = setTimeout(() => begin(drag.x, drag.y), 300);
});

function begin(x, y) {
  const box = drag.card.getBoundingClientRect();
  drag.ghost = drag.card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.classList.add("ghost");
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.ghost.style.width = `${box.width}px`;
  drag.dx = x - box.left;
  drag.dy = y - box.top;
  document.body.append(drag.ghost);
  lift(drag.card);
  navigator.vibrate?.(15);
  follow(x, y);
}

function follow(x, y) {
  drag.ghost.style.transform = `translate(${x - drag.dx}px, ${y - drag.dy}px) rotate(1.5deg)`;
  drag.column = document.elementsFromPoint(x, y).map((element) => element.closest(".board-column")).find(Boolean) ?? null;
  over(isOther(drag.card, drag.column) ? drag.column : null);
  // Near an edge the board goes along.
  const box = board.getBoundingClientRect();
  const pull = x > box.right - 48 ? 14 : x < box.left + 48 ? -14 : 0;
  clearInterval(drag.pulling);
  if (pull) drag.pulling = setInterval(() => board.scrollBy(pull, 0), 16);
}

function end(drop) {
  const { card, ghost, column, timer, pulling } = drag;
  clearTimeout(timer);
  clearInterval(pulling);
  drag = null;
  if (!ghost) return;
  ghost.remove();
  settle(card);
  // The click that follows is none.
  addEventListener("click", (event) => (event.preventDefault(), event.stopPropagation()), { capture: true, once: true });
  setTimeout(() => dispatchEvent(new Event("click")), 60);
  if (drop && isOther(card, column)) move(card, column);
}

addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 6;
  if (drag.ghost) follow(event.clientX, event.clientY);
  else if (far && drag.touch) end(false);
  else if (far) begin(drag.x, drag.y), follow(event.clientX, event.clientY);
});
addEventListener("pointerup", (event) => drag?.id === event.pointerId && end(true));
addEventListener("pointercancel", (event) => drag?.id === event.pointerId && end(false));
// A finger that has lifted a card does not scroll.
board.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });
board.addEventListener("contextmenu", (event) => drag && event.preventDefault());
board.addEventListener("dragstart", (event) => event.preventDefault());

// --- keyboard: space lifts, arrows choose, space drops, Escape leaves it ---

let held = null;

function release(key, ...words) {
  settle(held.card);
  held = null;
  if (key) say(key, ...words);
}

board.addEventListener("keydown", (event) => {
  const card = event.target.closest(".lead-card");
  if (!card || (!held && !event.target.matches(".row-link"))) return;
  if (event.key === " ") {
    event.preventDefault();
    if (moves.has(card.id)) return;
    if (!held) {
      held = { card, column: columnOf(card) };
      lift(card);
      say("lifted", nameOf(card), held.column.dataset.label);
      return;
    }
    const { column } = held;
    const away = isOther(held.card, column);
    release(away ? null : "back", nameOf(card), column.dataset.label);
    if (away) move(card, column, true);
  } else if (held && event.key === "Escape") {
    event.preventDefault();
    release("back", nameOf(card), columnOf(card).dataset.label);
  } else if (held && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    event.preventDefault();
    const all = columns();
    const at = all.indexOf(held.column) + (event.key === "ArrowRight" ? 1 : -1);
    if (!all[at]) return;
    held.column = all[at];
    over(isOther(card, held.column) ? held.column : null);
    held.column.scrollIntoView({ block: "nearest", inline: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    say(mayGo(card, held.column) ? "over" : "closed", held.column.dataset.label);
  } else if (held && event.key !== "Tab") {
    event.preventDefault();
  }
});
board.addEventListener("focusout", () => {
  // Who goes elsewhere has let go.
  setTimeout(() => held && !held.card.contains(document.activeElement) && release("back", nameOf(held.card), columnOf(held.card).dataset.label));
});

// The menu of a card goes the same way, without leaving the page.
document.addEventListener("submit", (event) => {
  const card = event.target.id === "board-form" && event.submitter?.closest(".lead-card");
  const column = card && document.getElementById(`column-${event.submitter.value}`);
  if (!column) return;
  event.preventDefault();
  delete event.target.dataset.sent;
  event.submitter.closest("details").open = false;
  if (!moves.has(card.id)) move(card, column, true);
});

// --- the next cards as a column scrolls ---

// One observer a column: what scrolls is the column, and the next cards are wanted before their place comes into sight.
const sights = new WeakMap();

function watchFor(more) {
  const body = more.closest(".board-body");
  if (!sights.has(body))
    sights.set(
      body,
      new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => load(entry.target)), {
        root: body,
        rootMargin: "300px 0px",
      }),
    );
  sights.get(body).observe(more);
}

async function load(more) {
  sights.get(more.closest(".board-body"))?.unobserve(more);
  const link = more.querySelector("[data-more]");
  try {
    const answer = await fetch(link.dataset.more);
    if (!answer.ok) return;
    const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
    const cards = piece.querySelector(".cards");
    // A card that has moved up meanwhile is there already.
    for (const card of [...cards.children]) if (document.getElementById(card.id)) card.remove();
    const next = piece.querySelector(".board-more");
    more.replaceWith(cards, ...(next ? [next] : []));
    if (next) watchFor(next);
  } catch {
    setTimeout(() => more.isConnected && watchFor(more), 2_000);
  }
}

function watch() {
  document.querySelectorAll(".board-more").forEach(watchFor);
}
watch();
document.addEventListener("list:replaced", watch);

// A live update draws the first cards of each column. What newer cards push out of them goes on top of what is further down.
let drawn = []; // before the update
const full = new Set(); // columns with more cards than an update draws

document.addEventListener("page:arrived", ({ detail: { page } }) => {
  drawn = columns().map((column) => ({ column, cards: [...column.querySelectorAll("[data-live] > .lead-card")] }));
  full.clear();
  for (const more of page.querySelectorAll(".board-more")) full.add(columnOf(more).id);
});

document.addEventListener("live:updated", () => {
  for (const { column, cards } of drawn) {
    const last = Number(listOf(column).lastElementChild?.dataset.lead);
    const isPushedOut = (card) => Number(card.dataset.lead) < last && !document.getElementById(card.id);
    if (column.isConnected && full.has(column.id)) putBelow(column, cards.filter(isPushedOut));
  }
  drawn = [];
  // Cards further down that have come up, or were moved, would stand twice.
  const ids = new Set([...board.querySelectorAll("[data-live] > .lead-card")].map((card) => card.id));
  for (const card of board.querySelectorAll("[data-keep] .lead-card")) if (ids.has(card.id)) card.remove();
});

function putBelow(column, cards) {
  if (cards.length === 0) return;
  const rest = column.querySelector("[data-keep]");
  if (!rest.firstElementChild?.matches(".cards")) {
    const list = listOf(column).cloneNode(false);
    list.removeAttribute("id");
    list.removeAttribute("data-live");
    rest.prepend(list);
  }
  rest.firstElementChild.prepend(...cards);
}
