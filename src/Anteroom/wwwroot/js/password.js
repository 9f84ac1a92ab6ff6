// Says, as one types, how hard a new password is to guess. An estimate: the server, which knows the common ones, has the last word.

const shortest = 10;

// Characters that those before do not give away: not the same again, not the next one, not a part that came before.
function surprises(text) {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const step = at === 0 ? NaN : text.charCodeAt(at) - text.charCodeAt(at - 1);
    const seen = at > 1 && text.slice(0, at - 1).includes(text.slice(at - 1, at + 1));
    if (!(Math.abs(step) <= 1) && !seen) count++;
  }
  return count;
}

function rate(text) {
  const missing = shortest - text.length;
  if (missing > 0) return [0, missing === 1 ? t("1 more character needed.") : t("{0} more characters needed.", missing)];
  const count = surprises(text.toLowerCase());
  if (count < 7 || new Set(text).size < 5) return [1, t("Easy to guess.")];
  if (count < 11) return [2, t("Fair. Another word makes it stronger.")];
  if (count < 16) return [3, t("Good.")];
  return [4, t("Strong.")];
}

for (const input of document.querySelectorAll('input[autocomplete="new-password"]')) {
  const meter = Object.assign(document.createElement("meter"), { min: 0, max: 4, low: 2, high: 3, optimum: 4, hidden: true });
  meter.setAttribute("aria-hidden", "true");
  const words = Object.assign(document.createElement("p"), { className: "hint" });
  words.setAttribute("aria-live", "polite");
  input.after(meter, words);
  input.addEventListener("input", () => {
    const [value, sentence] = rate(input.value);
    meter.hidden = input.value.length === 0;
    meter.value = value;
    words.textContent = meter.hidden ? "" : t("Strength: {0}", sentence);
  });
}
