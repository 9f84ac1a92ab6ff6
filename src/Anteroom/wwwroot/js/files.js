// Files of a lead. Without this file the form sends all of them at once. With it they are sent one after the other, each with its
// progress, and can be dropped on the card.

const form = document.querySelector("form[data-files]");
const status = form?.querySelector(".file-status");

function say(name, text, failed) {
  const line = document.createElement("p");
  line.className = failed ? "notice notice-error flush" : "soft flush";
  const strong = document.createElement("bdi");
  strong.textContent = name;
  const rest = document.createElement("span");
  rest.textContent = ` ${text}`;
  line.append(strong, rest);
  status.append(line);
  return rest;
}

// fetch tells no progress of what is sent.
function send(file, line) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.delete("file");
    body.append("file", file);
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.parentElement.append(bar);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onloadend = () => {
      bar.remove();
      resolve(request);
    };
    request.send(body);
  });
}

async function add(files) {
  status.replaceChildren();
  form.querySelector("button[type=submit]").disabled = true;
  let failed = 0;
  for (const file of files) {
    if (file.size > Number(form.dataset.most)) {
      say(file.name, t("is too large."), true);
      failed++;
      continue;
    }
    const line = say(file.name, t("is being sent …"), false);
    const answer = await send(file, line);
    if (answer.status === 200 && answer.responseURL.includes("/leads/")) {
      line.textContent = ` ${t("added.")}`;
      continue;
    }
    failed++;
    line.parentElement.className = "notice notice-error flush";
    // The page says it in a sentence that names the file.
    const why = answer.response?.querySelector(".notice-error[role=alert] > div")?.textContent;
    if (why) line.parentElement.textContent = why;
    else line.textContent = ` ${t("was not added. Please try again.")}`;
  }
  if (failed === 0) location.reload();
  else form.querySelector("button[type=submit]").disabled = false;
}

if (form) {
  const card = form.closest("section");
  form.querySelector(".file-drop").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add([...form.elements.file.files]);
  });
  card.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    card.classList.add("dropping");
  });
  card.addEventListener("dragleave", (event) => {
    if (!card.contains(event.relatedTarget)) card.classList.remove("dropping");
  });
  card.addEventListener("drop", (event) => {
    card.classList.remove("dropping");
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
}
