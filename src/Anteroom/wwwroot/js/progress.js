// Keeps the progress of a bulk email up to date. Without this file the page loads itself anew every few seconds.

const every = 2_000;

async function look() {
  if (document.hidden) return wait();
  try {
    const answer = await fetch(location.href);
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("progress");
      const now = document.getElementById("progress");
      if (next && now) {
        // The button that somebody is just about to press stays the same.
        if (now.contains(document.activeElement) && now.querySelector("form") && next.querySelector("form"))
          next.querySelector("form").replaceWith(now.querySelector("form"));
        const focused = document.activeElement;
        now.replaceChildren(...next.childNodes);
        now.dataset.moving = next.dataset.moving;
        if (now.contains(focused)) focused.focus();
      }
    }
  } catch {
    // The line is down for a moment.
  }
  wait();
}

function wait() {
  if (document.getElementById("progress")?.dataset.moving === "yes") setTimeout(look, every);
}

wait();
