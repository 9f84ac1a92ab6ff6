// Columns of the list are made wider and narrower, by pointer and by the arrow keys; the name takes what is left. Kept in this browser, for
// the user. Without this file columns are as wide as what stands in them.
const Store = `anteroom-columns ${document.body.dataset.user}`;
const Narrowest = 56;
const Widest = 480;
const Step = 16;
let held = null; // the column whose grip has the focus
const wide = matchMedia("(min-width: 48rem)");

const read = () => new Map(Object.entries(JSON.parse(localStorage.getItem(Store) ?? "{}")));
const keep = (widths) => localStorage.setItem(Store, JSON.stringify(Object.fromEntries(widths)));
const heads = () => [...document.querySelectorAll("#lead-list th[data-column]")];

function draw() {
  const widths = read();
  const table = document.querySelector("#lead-list table");
  if (!table) return;
  const sized = wide.matches && widths.size > 0;
  if (sized && !table.classList.contains("sized")) {
    // As they stand, so that the others do not jump when one is made wider.
    for (const head of heads()) if (!widths.has(head.dataset.column)) widths.set(head.dataset.column, Math.round(head.getBoundingClientRect().width));
  }
  table.classList.toggle("sized", sized);
  if (!wide.matches) return;
  const all = heads();
  for (const head of all) {
    const width = sized ? widths.get(head.dataset.column) : undefined;
    const text = width ? `${width}px` : "";
    if (head.style.width !== text) head.style.width = text;
  }
  // All are measured before any is changed: one layout, not one for each.
  const measured = all.map((head) => Math.round(head.getBoundingClientRect().width));
  all.forEach((head, at) => grip(head, measured[at]));
  // A list that came anew has taken the grip away from under the fingers.
  if (held && document.activeElement === document.body) all.find((head) => head.dataset.column === held)?.querySelector(".col-grip").focus();
}

function resize(head, width) {
  const widths = read();
  if (widths.size === 0) for (const one of heads()) widths.set(one.dataset.column, Math.round(one.getBoundingClientRect().width));
  widths.set(head.dataset.column, Math.min(Widest, Math.max(Narrowest, Math.round(width))));
  keep(widths);
  draw();
}

function grip(head, width) {
  let handle = head.querySelector(".col-grip");
  if (!handle) {
    handle = document.createElement("span");
    handle.className = "col-grip";
    handle.tabIndex = 0;
    handle.setAttribute("role", "separator");
    handle.setAttribute("aria-orientation", "vertical");
    handle.setAttribute("aria-label", t("Width of {0}", head.textContent.trim()));
    handle.setAttribute("aria-valuemin", Narrowest);
    handle.setAttribute("aria-valuemax", Widest);
    head.append(handle);
  }
  handle.setAttribute("aria-valuenow", width);
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.(".col-grip");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  const head = handle.closest("th");
  const [from, start] = [event.clientX, head.getBoundingClientRect().width];
  handle.setPointerCapture(event.pointerId);
  const move = ({ clientX }) => resize(head, start + clientX - from);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
});
document.addEventListener("keydown", (event) => {
  const head = event.target.closest?.(".col-grip")?.closest("th");
  if (!head || !/^(ArrowLeft|ArrowRight)$/.test(event.key)) return;
  event.preventDefault();
  resize(head, head.getBoundingClientRect().width + (event.key === "ArrowRight" ? Step : -Step));
});
document.addEventListener("focusin", (event) => {
  held = event.target.closest?.(".col-grip")?.closest("th").dataset.column ?? null;
});
// Twice: all are again as wide as what stands in them.
document.addEventListener("dblclick", (event) => {
  if (!event.target.closest?.(".col-grip")) return;
  localStorage.removeItem(Store);
  draw();
});

for (const news of ["live:updated", "list:replaced"]) document.addEventListener(news, draw);
wide.addEventListener("change", draw);
draw();
