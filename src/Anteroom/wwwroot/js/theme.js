// Tabler switches its colors by an attribute, not by the system's wish: pass the wish on, before the first paint. Who has chosen an
// appearance has the attribute from the server.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", follow);
  follow();
})();
