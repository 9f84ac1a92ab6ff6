/** What both stories need. */
import assert from "node:assert/strict";

export const [anteroom = "", username = "", password = ""] = process.argv.slice(2);

export const resume = "Ada Lovelace\nAnalyst, 1842 to 1843\n";
export const resumeFile = () => new File([resume], "Ada.txt", { type: "text/plain" });

/** The data of an answer that has to be there. */
export function present<T>(value: T | undefined, otherwise: unknown): T {
  assert.ok(value !== undefined, JSON.stringify(otherwise));
  return value;
}
