// Buttons above a text (WAI-ARIA Authoring Practices, "Toolbar" and "Menu Button"): one stop for Tab, arrow keys within.

const Icons = {
  // From Tabler Icons (MIT License, copyright 2020-2026 Paweł Kuna).
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7h-6zM13 12h1a3.5 3.5 0 0 1 0 7h-7v-7",
  italic: "M11 5h6M7 19h6M14 5l-4 14",
  heading: "M7 12h10M7 5v14M17 5v14M15 19h4M15 5h4M5 19h4M5 5h4",
  small: "M9 15v-7h-6M6 8v11M21 19v-5h-4M19 14v5M12 19h4",
  bullets: "M9 6h11M9 12h11M9 18h11M5 6v.01M5 12v.01M5 18v.01",
  numbers: "M11 6h9M11 12h9M12 18h8M4 16a2 2 0 1 1 4 0c0 .6 -.5 1 -1 1.5l-3 2.5h4M6 10v-6l-2 2",
  link: "M9 15l6 -6M11 6l.5 -.5a5 5 0 0 1 7 7l-.5 .5M13 18l-.4 .5a5 5 0 0 1 -7.1 0a5 5 0 0 1 0 -7.1l.5 -.4",
  undo: "M9 14l-4 -4l4 -4M5 10h11a4 4 0 1 1 0 8h-1",
  redo: "M15 14l4 -4l-4 -4M19 10h-11a4 4 0 1 0 0 8h1",
  field: "M12 5v14M5 12h14",
  condition: "M6 4v6a4 4 0 0 0 4 4h8M15 11l3 3l-3 3M6 14v6",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "glyph");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", Icons[name]);
  svg.append(path);
  return svg;
}

/** A button of a toolbar. `isOn` and `isUsable` are asked after every change. */
export function toolButton({ name, label, keys, words, run, isOn, isUsable }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.append(icon(name));
  if (words) button.append(words);
  else button.setAttribute("aria-label", label);
  button.title = keys ? `${label} (${keys})` : label;
  // The selection stays where it is.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") run(button);
  });
  const update = () => {
    if (isOn) button.setAttribute("aria-pressed", String(isOn()));
    if (isUsable) button.setAttribute("aria-disabled", String(!isUsable()));
  };
  return { button, update };
}

export function toolbar(label, groups, leave) {
  const bar = document.createElement("div");
  bar.className = "editor-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", label);
  const tools = groups.flat();
  for (const group of groups.filter((each) => each.length)) {
    const box = document.createElement("span");
    box.className = "tools";
    box.append(...group.map((tool) => tool.button));
    bar.append(box);
  }
  const buttons = tools.map((tool) => tool.button);
  const stop = (button) => buttons.forEach((each) => (each.tabIndex = each === button ? 0 : -1));
  stop(buttons[0]);
  bar.addEventListener("focusin", ({ target }) => buttons.includes(target) && stop(target));
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    if (at < 0) return;
    const last = buttons.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next !== undefined) buttons[next].focus();
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });
  return {
    bar,
    update: () => tools.forEach((tool) => tool.update()),
    focus: () => buttons.find((each) => each.tabIndex === 0).focus(),
  };
}

/** A button that opens a menu; `items` says what is in it at that moment: { label, detail, run } or { heading }. */
export function menuButton({ name, label, words, items, isUsable, leave }) {
  const { button, update } = toolButton({ name, label, words, isUsable, run: () => (menu.hidden ? open() : close(true)) });
  const menu = document.createElement("div");
  menu.className = "editor-menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  menu.hidden = true;
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  let typed = "";
  let typedAt = 0;

  function open() {
    menu.replaceChildren(...items().map(drawn));
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    menu.scrollTop = 0;
    choices()[0]?.focus();
    document.addEventListener("mousedown", outside, true);
  }

  function close(back) {
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("mousedown", outside, true);
    if (back) button.focus();
  }

  function outside(event) {
    if (!menu.contains(event.target) && !button.contains(event.target)) close(false);
  }

  const choices = () => [...menu.querySelectorAll("[role=menuitem]")];

  function drawn({ label: text, detail, heading, run }) {
    if (heading) {
      const line = document.createElement("div");
      line.className = "menu-heading";
      line.setAttribute("role", "presentation");
      line.textContent = heading;
      return line;
    }
    const item = document.createElement("button");
    item.type = "button";
    item.setAttribute("role", "menuitem");
    item.tabIndex = -1;
    const name = document.createElement("span");
    name.textContent = text;
    item.append(name);
    if (detail) {
      const more = document.createElement("span");
      more.className = "menu-detail";
      more.textContent = detail;
      item.append(more);
    }
    item.addEventListener("click", () => {
      close(false);
      run();
      leave();
    });
    return item;
  }

  menu.addEventListener("keydown", (event) => {
    const list = choices();
    const at = list.indexOf(document.activeElement);
    const next = { ArrowDown: (at + 1) % list.length, ArrowUp: (at - 1 + list.length) % list.length, Home: 0, End: list.length - 1 }[event.key];
    if (next !== undefined) list[next].focus();
    else if (event.key === "Escape") close(true);
    else if (event.key === "Tab") {
      close(true);
      return;
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      typed = event.timeStamp - typedAt < 800 ? typed + event.key : event.key;
      typedAt = event.timeStamp;
      // Whatever the field is called, the words of its name find it: "phone" finds "Client's phone".
      const found = list.find((each) => ` ${each.textContent.toLowerCase()}`.replace(/['’“]/g, " ").includes(` ${typed.toLowerCase()}`));
      found?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || button.getAttribute("aria-disabled") === "true") return;
    event.preventDefault();
    if (menu.hidden) open();
  });
  return { button, menu, update, open };
}
