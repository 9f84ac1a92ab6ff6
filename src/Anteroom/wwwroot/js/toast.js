// Messages that come up and go by themselves after a while. Who points at one, or is in it by keyboard, keeps it; without this
// file they stay. Other scripts send {detail: html} to "toast:show" on the document.

const life = 14_000;

function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  const close = toast.querySelector("[data-toast-close]");
  if (close) close.hidden = false;
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), toast.classList.contains("toast-problem") ? 2 * life : life));
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}

const place = document.getElementById("toasts");
place?.querySelectorAll("[data-toast]").forEach(watch);

document.addEventListener("click", (event) => event.target.closest?.("[data-toast-close]")?.closest("[data-toast]").remove());

document.addEventListener("toast:show", (event) => {
  if (!place) return;
  const parsed = new DOMParser().parseFromString(event.detail, "text/html");
  for (const toast of parsed.querySelectorAll("[data-toast]")) {
    // The one before has said what it had to say.
    place.replaceChildren(toast);
    watch(toast);
  }
});
