/** The JWT API with openapi-typescript and openapi-fetch: both kinds of submission, signing in, a list by cursor, changes, conflicts, a file. */
import assert from "node:assert/strict";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "../generated/v1.js";
import { anteroom, password, present, resume, resumeFile, username } from "./check.js";

type Status = components["schemas"]["LeadStatus"];
const client = createClient<paths>({ baseUrl: anteroom });

// Submit as JSON. The key makes the second one the same lead.
const json = {
  first_name: "Ada",
  last_name: "Lovelace",
  email: "ada@example.com",
  resume: Buffer.from(resume).toString("base64"),
  resume_filename: "Ada.txt",
};
const submit = () =>
  client.POST("/api/v1/leads", { params: { header: { "Idempotency-Key": "story-1" } }, body: json });
const first = await submit();
const ada = present(first.data, first.error);
assert.equal(first.response.headers.get("Location"), `/api/v1/leads/${ada.id}`);
assert.equal((await submit()).data?.id, ada.id);

// Submit as a form with a file. The type calls a file string, as all types for OpenAPI do; the serializer sends what there really is.
for (const first_name of ["Grace", "Katherine"]) {
  const { data, error } = await client.POST("/api/v1/leads", {
    body: { first_name, last_name: "Hopper", email: `${first_name}@example.com`, resume: "" },
    bodySerializer: (fields) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) if (typeof value === "string") form.set(name, value);
      form.set("resume", resumeFile());
      return form;
    },
  });
  assert.equal(present(data, error).first_name, first_name);
}

// What is wrong is named by field.
const wrong = await client.POST("/api/v1/leads", { body: { ...json, email: "nobody" } });
assert.equal(wrong.response.status, 400);
assert.ok(wrong.error && "errors" in wrong.error && wrong.error.errors?.["email"]?.[0]);

// Sign in with the form of OAuth2, and with its refresh token once more.
const signedIn = await client.POST("/api/v1/auth/token", {
  body: { grant_type: "password", username, password },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
const session = present(signedIn.data, signedIn.error);
const refreshed = await client.POST("/api/v1/auth/refresh", { body: { refresh_token: session.refresh_token } });
const token = present(refreshed.data, refreshed.error).access_token;
const bearer: Middleware = {
  onRequest: ({ request }) => {
    request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
};
assert.equal((await client.GET("/api/v1/auth/me")).response.status, 401);
client.use(bearer);
const me = await client.GET("/api/v1/auth/me");
const role: "administrator" | "attorney" | "staff" | "operator" = present(me.data, me.error).role;
assert.equal(role, "administrator");

// The whole list, two at a time.
const names: string[] = [];
for (let cursor: string | null | undefined = undefined; cursor !== null; ) {
  const answer: { data?: components["schemas"]["LeadPageV1"]; error?: unknown } = await client.GET("/api/v1/leads", {
    params: { query: { limit: 2, status: ["registered", "reached_out"], ...(cursor ? { cursor } : {}) } },
  });
  const page = present(answer.data, answer.error);
  names.push(...page.items.map((lead) => lead.first_name));
  cursor = page.next_cursor;
}
assert.deepEqual(names, ["Katherine", "Grace", "Ada"]);

// Change what was read, and not what somebody has changed meanwhile.
const lead = { path: { id: ada.id } };
const read = await client.GET("/api/v1/leads/{id}", { params: lead });
const etag = read.response.headers.get("ETag") ?? "";
const change = (status: Status) =>
  client.PATCH("/api/v1/leads/{id}", { params: { ...lead, header: { "If-Match": etag } }, body: { status } });
const moved = await change("reached_out");
assert.equal(present(moved.data, moved.error).status, "reached_out");
const stale = await change("consultation");
assert.equal(stale.response.status, 412);
assert.equal(stale.error?.code, "changed_meanwhile");
const anyway = await client.PATCH("/api/v1/leads/{id}", { params: lead, body: { status: "reached_out", assigned_to: null } });
assert.equal(present(anyway.data, anyway.error).assigned_to, null);
const grace = await client.GET("/api/v1/leads", { params: { query: { email: "grace@example.com" } } });
const refused = await client.PATCH("/api/v1/leads/{id}", {
  params: { path: { id: present(grace.data?.items[0], grace.error).id } },
  body: { status: "retained" },
});
assert.equal(refused.response.status, 409);
assert.equal(refused.error?.code, "move_not_allowed");

// Its history, in words that a switch can exhaust.
const timeline = await client.GET("/api/v1/leads/{id}/timeline", { params: lead });
const kinds: components["schemas"]["ActivityKind"][] = present(timeline.data, timeline.error).map((line) => line.kind);
assert.ok(kinds.includes("submitted") && kinds.includes("status_changed"));
const emails = await client.GET("/api/v1/leads/{id}/emails", { params: lead });
for (const email of present(emails.data, emails.error)) assert.ok(["queued", "sending", "sent"].includes(email.state));

// The file, as it was sent.
const file = await client.GET("/api/v1/leads/{id}/resume", { params: lead, parseAs: "text" });
assert.equal(present(file.data, file.error), resume);
console.log("jwt: all is well");
