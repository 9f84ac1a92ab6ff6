/** The Django-style API, and a submission as a form, with the functions that @hey-api/openapi-ts generates. */
import assert from "node:assert/strict";
import { createClient } from "../generated/compat-json/client/index.js";
import * as django from "../generated/compat-json/sdk.gen.js";
import type { CompatState } from "../generated/compat-json/types.gen.js";
import { createClient as createV1 } from "../generated/v1-multipart/client/index.js";
import { postLeads } from "../generated/v1-multipart/sdk.gen.js";
import { anteroom, password, present, resume, resumeFile, username } from "./check.js";

// A form with a file.
const submitted = await postLeads({
  client: createV1({ baseUrl: anteroom }),
  body: { first_name: "Mary", last_name: "Jackson", email: "mary@example.com", resume: resumeFile(), language: "es" },
});
const { number } = present(submitted.data, submitted.error);

const door = createClient({ baseUrl: anteroom });
const nobody = await django.getLeads({ client: door });
assert.equal(nobody.response?.status, 401);
assert.equal(nobody.error && "detail" in nobody.error && typeof nobody.error.detail, "string");

// Sign in with a token.
const wrong = await django.postAuthLogin({ client: door, body: { username, password: "wrong" } });
assert.ok(Array.isArray((wrong.error as Record<string, unknown>)["non_field_errors"]));
const session = await django.postAuthLogin({ client: door, body: { username, password } });
const { token } = present(session.data, session.error);
door.setConfig({ auth: () => `Token ${token}` });

// As JSON, with the file as base64.
const sent = await django.postLeads({
  client: door,
  body: { first_name: "Dorothy", last_name: "-", email: "dorothy@example.com", resume: btoa(resume) },
});
assert.match(present(sent.data, sent.error).resume ?? "", /^\/media\/resumes\//);

const list = await django.getLeads({ client: door, query: { state: "PENDING", page_size: 10 } });
assert.deepEqual(
  present(list.data, list.error).map((lead) => [lead.first_name, lead.last_name]).slice(0, 2),
  [["Dorothy", ""], ["Mary", "Jackson"]],
);

const path = { id: number };
const marked = await django.postLeadsByIdMarkReachedOut({ client: door, path });
const state: CompatState = present(marked.data, marked.error).state;
assert.equal(state, "REACHED_OUT");
const again = await django.patchLeadsById({ client: door, path, body: { state: "PENDING" } });
assert.equal(present(again.data, again.error).state, "PENDING");

const file = await django.getLeadsByIdResume({ client: door, path, parseAs: "blob" });
assert.equal(await (present(file.data, file.error) as Blob).text(), resume);

// The token is worth nothing afterward.
assert.equal((await django.postAuthLogout({ client: door })).response?.status, 200);
assert.equal((await django.getLeads({ client: door })).response?.status, 401);
console.log("django: all is well");
