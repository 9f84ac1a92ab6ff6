// The firm's color is picked and seen before it is saved. The field takes a hex color without this file as well.
const preview = document.getElementById("brand-preview");
const Hex = /^#[0-9a-f]{6}$/i;

function show(color) {
  if (color === "") preview?.style.removeProperty("--accent");
  else if (Hex.test(color)) preview?.style.setProperty("--accent", color);
}

for (const picker of document.querySelectorAll("[data-color-of]")) {
  const field = document.getElementById(picker.dataset.colorOf);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    field.value = picker.value;
    show(picker.value);
  });
  field.addEventListener("input", () => {
    const typed = field.value.trim();
    if (Hex.test(typed)) picker.value = typed.toLowerCase();
    show(typed);
  });
}

const name = document.querySelector("#firm [name='name']");
name?.addEventListener("input", () => {
  for (const place of preview?.querySelectorAll("[data-brand-name]") ?? []) place.textContent = name.value;
});
