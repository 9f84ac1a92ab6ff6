// Columns of the board fold to a strip with their name and number. Kept in this browser, for the user.
const Store = `anteroom-folded ${document.body.dataset.user}`;
const board = document.getElementById("board");
const folded = new Set(JSON.parse(localStorage.getItem(Store) ?? "[]"));

function draw() {
  for (const column of board.querySelectorAll(".board-column")) {
    const isFolded = folded.has(column.dataset.status);
    const button = column.querySelector("[data-fold]");
    column.classList.toggle("folded", isFolded);
    button.hidden = false;
    button.setAttribute("aria-expanded", String(!isFolded));
  }
}

board.addEventListener("click", (event) => {
  const column = event.target.closest("[data-fold]")?.closest(".board-column");
  if (!column) return;
  const { status } = column.dataset;
  if (!folded.delete(status)) folded.add(status);
  localStorage.setItem(Store, JSON.stringify([...folded]));
  draw();
});
for (const news of ["live:updated", "list:replaced"]) document.addEventListener(news, draw);
draw();
