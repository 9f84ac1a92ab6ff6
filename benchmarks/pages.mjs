// What a browser has to do for the list, the board and a lead's page: first paint, bytes over the wire, elements, long tasks, shifts.
//   node benchmarks/pages.mjs ADDRESS USER PASSWORD [LEAD]
// Chromium and Playwright are those of the tests: build tests/Anteroom.Browser first. Each page three times with an empty cache and three
// times with a full one; the table shows medians. Times mean something on a quiet machine only.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const [address, user, password, lead = "1"] = process.argv.slice(2);
if (!password) {
  console.error("Usage: node benchmarks/pages.mjs ADDRESS USER PASSWORD [LEAD]");
  process.exit(2);
}
const playwright = fileURLToPath(new URL("../tests/Anteroom.Browser/bin/Debug/net10.0/.playwright/package", import.meta.url));
const { chromium } = createRequire(import.meta.url)(playwright);
const Rounds = 3;
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: address });
await context.addInitScript(() => {
  globalThis.seen = { tasks: [], shift: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((task) => seen.tasks.push(task.duration))).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => (seen.shift += shift.value))).observe({ type: "layout-shift", buffered: true });
});
const page = await context.newPage();
await page.goto("/signin");
await page.fill("[name=username]", user);
await page.fill("[name=password]", password);
await Promise.all([page.waitForURL("**/leads**"), page.click("button[type=submit]")]);
const network = await context.newCDPSession(page);
await network.send("Network.enable");
let bytes = 0;
network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));

async function look(path, cold) {
  await page.goto("about:blank");
  if (cold) await network.send("Network.clearBrowserCache");
  bytes = 0;
  await page.goto(path, { waitUntil: "load" });
  await page.waitForTimeout(1000);
  const found = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    answer: performance.getEntriesByType("navigation")[0].responseStart,
    elements: document.querySelectorAll("*").length,
    tasks: seen.tasks.length,
    longest: Math.max(0, ...seen.tasks),
    shift: seen.shift,
  }));
  return { ...found, bytes };
}

console.log("| page | first byte ms | first paint ms, cold / warm | KB, cold / warm | elements | long tasks, longest ms | shift |");
console.log("|---|---:|---:|---:|---:|---:|---:|");
for (const [name, path] of [["list", "/leads"], ["board", "/board"], ["lead", `/leads/${lead}`]]) {
  const cold = [];
  const warm = [];
  for (let round = 0; round < Rounds; round++) {
    cold.push(await look(path, true));
    warm.push(await look(path, false));
  }
  const of = (runs, what) => median(runs.map(what));
  const whole = (number) => Math.round(number).toLocaleString("en-US");
  console.log(
    `| ${name} | ${whole(of(warm, (run) => run.answer))} | ${whole(of(cold, (run) => run.paint))} / ${whole(of(warm, (run) => run.paint))}` +
      ` | ${whole(of(cold, (run) => run.bytes / 1024))} / ${whole(of(warm, (run) => run.bytes / 1024))} | ${whole(of(warm, (run) => run.elements))}` +
      ` | ${of(warm, (run) => run.tasks)}, ${whole(of(warm, (run) => run.longest))} | ${of(warm, (run) => run.shift).toFixed(3)} |`,
  );
}
await browser.close();
