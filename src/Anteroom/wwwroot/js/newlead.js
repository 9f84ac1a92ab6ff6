// Says, while somebody types, which leads may be the same person. Saving asks about the address anyway, without this file as well.
const form = document.querySelector("form[data-same-person]");
const notice = document.getElementById("same-person");
const Pause = 300;
const Most = 5;
let timer = 0;
let asking = null;

const value = (name) => form.elements.namedItem(name)?.value.trim() ?? "";

// The questions that what was typed allows: an address, a telephone number, a name; the surest first.
function questions() {
  const asked = [];
  if (/.@.+\../.test(value("email"))) asked.push(value("email"));
  if (value("phone").replace(/\D/g, "").length >= 7) asked.push(value("phone"));
  if (value("first_name") && value("last_name")) asked.push(`${value("first_name")} ${value("last_name")}`);
  return asked;
}

async function find(q, signal) {
  const answer = await fetch(`/leads/find?q=${encodeURIComponent(q)}`, { signal, headers: { Accept: "application/json" }, redirect: "manual" });
  return answer.ok ? answer.json() : [];
}

function show(leads) {
  notice.hidden = leads.length === 0;
  notice.querySelector("ul").replaceChildren(
    ...leads.map((lead) => {
      const link = document.createElement("a");
      link.href = `/leads/${lead.number}`;
      link.target = "_blank"; // what was typed stays
      link.rel = "noopener";
      link.textContent = `${lead.number}: ${lead.name}`;
      const item = document.createElement("li");
      item.append(link, `, ${lead.email}, ${lead.status}`);
      return item;
    }),
  );
}

async function look() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const found = (await Promise.all(questions().map((q) => find(q, signal)))).flat();
    // Found by its own words, not by a mention in somebody else's story.
    const own = found.filter((lead) => !lead.hit || lead.hit.startsWith(t("Phone")));
    show([...new Map(own.map((lead) => [lead.number, lead])).values()].slice(0, Most));
  } catch {
    // Offline, or overtaken by the next question.
  }
}

form?.addEventListener("input", (event) => {
  if (!/^(email|phone|first_name|last_name)$/.test(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(look, Pause);
});
