// Writes the clients of a running Anteroom to generated/: node generate.mjs http://localhost:8000/
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createClient } from "@hey-api/openapi-ts";
import openapiTS, { astToString } from "openapi-typescript";

const at = (document) => new URL(`openapi/${document}.json`, process.argv[2]);
await rm("generated", { recursive: true, force: true });
await mkdir("generated");

// Types only; openapi-fetch does the rest.
await writeFile("generated/v1.ts", astToString(await openapiTS(at("v1"))));
// A function for each operation, which can send one kind of body.
for (const document of ["v1-multipart", "compat-json"])
  await createClient({
    input: at(document).href,
    output: `generated/${document}`,
    logs: { level: "silent", file: false },
  });
