// On a phone, a lead of the list that is drawn to the left shows what is done most: reached out, an email, its page. All of it stands on
// the lead's page as well, so that nothing depends on a gesture.
const Far = 48;
let start = null;
let shown = null; // the row's id

const rowOf = (target) => target.closest?.("#lead-list tbody tr[id]");

function close(except) {
  if (except?.id !== shown) shown = null;
  for (const strip of document.querySelectorAll(".swipe-strip")) if (strip.parentElement !== except) strip.remove();
}

function link(words, address) {
  const element = document.createElement("a");
  element.className = "btn btn-small";
  element.href = address;
  element.textContent = words;
  return element;
}

function open(row) {
  close(row);
  shown = row.id;
  if (row.querySelector(".swipe-strip")) return;
  const strip = document.createElement("td");
  strip.className = "swipe-strip";
  const reach = row.querySelector('.c-status button[value="reached_out"]');
  if (reach) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small btn-primary";
    button.textContent = reach.textContent.trim();
    button.addEventListener("click", () => reach.click());
    strip.append(button);
  }
  const address = row.querySelector(".c-mail")?.textContent.trim();
  if (address) strip.append(link(t("Email"), `mailto:${address}`));
  strip.append(link(t("Open"), row.querySelector(".row-link").href));
  row.append(strip);
}

document.addEventListener("touchstart", (event) => {
  const [finger] = event.touches;
  start = event.touches.length === 1 && rowOf(event.target) ? { x: finger.clientX, y: finger.clientY, row: rowOf(event.target) } : null;
  if (!event.target.closest(".swipe-strip")) close(start?.row);
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!start) return;
  const [finger] = event.changedTouches;
  const [x, y] = [finger.clientX - start.x, finger.clientY - start.y];
  if (Math.abs(x) > Far && Math.abs(x) > 2 * Math.abs(y)) {
    if (x < 0) open(start.row);
    else close(null);
  }
  start = null;
}, { passive: true });
// A row that is drawn anew, because somebody else has done something, keeps what was shown.
for (const news of ["live:updated", "list:replaced"])
  document.addEventListener(news, () => {
    const row = shown && document.getElementById(shown);
    if (row) open(row);
  });
