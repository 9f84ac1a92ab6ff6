// Rules that are SQL: each is broken in one place of a copy of the sources, and the tests named have to notice. Stryker changes C# only.
//   ./test mutants sql [WORD]    those with the word in them
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const claims = "src/Anteroom/Data/Claims.cs";
const work = "src/Anteroom/Work/WorkClaims.cs";
const results = "src/Anteroom/Mail/Outbox/OutboxResults.cs";
const dead = "src/Anteroom/Data/FreeDeadClaims.cs";
const optOuts = "src/Anteroom/Mail/OptOuts.cs";
const duplicates = "src/Anteroom/Leads/Merging/Duplicates.cs";
const attorneys = "src/Anteroom/Leads/Outreach/AttorneysAtWork.cs";
const sight = "src/Anteroom/Leads/LeadsInSight.cs";

const queue = "Channel Delivery Liveness Queues ReachingOut Assigning";
const mutants = [
  ["claims: what is not due", claims, " and next_attempt_at <= $3", "", queue],
  ["claims: a lease that lasts", claims, " and leased_until <= $3", "", queue],
  ["claims: what has ended or another holds", claims, "state = 'queued' and", "true and", queue],
  ["claims: another lane", claims, "where {table.Lane} = $5 and state = 'queued'", "where $5::text is not null and state = 'queued'", queue],
  ["claims: attempts", claims, "attempts = attempts + 1", "attempts = attempts", queue],
  ["claims: no name of the node", claims, "claimed_by = $6", "claimed_by = null", queue],
  ["fence: of a message", results, " and outbox.claim = result.claim", "", queue],
  ["fence: of work that is done", work, "where id = any ($1) and claim = $2\n                \"\"\",\n                Sql.Value(done)", "where id = any ($1) and $2::uuid is not null\n                \"\"\",\n                Sql.Value(done)", queue],
  ["fence: of work that failed", work, "where id = $1 and claim = $2\n            \"\"\"\n        );\n        command.Parameters.Add(Sql.Value(item.Id));", "where id = $1 and $2::uuid is not null\n            \"\"\"\n        );\n        command.Parameters.Add(Sql.Value(item.Id));", queue],
  ["fence: of work that is given back", work, "where id = any ($1) and claim = $2\n                    \"\"\"", "where id = any ($1) and $2::uuid is not null\n                    \"\"\"", queue],
  ["dead nodes: of the living, too", dead, " and claimed_by = any ($1)", " and $1::integer[] is not null", queue],
  ["opt-out: case of the question", optOuts, "opt_outs.address = lower({column})", "opt_outs.address = {column}", "OptOut Bulk"],
  ["opt-out: case of the address", optOuts, "values (lower($1), $2)", "values ($1, $2)", "OptOut Bulk"],
  ["opt-out: case of taking it back", optOuts, "where address = lower($1)", "where address = $1", "OptOut Bulk"],
  ["duplicates: case of the address", duplicates, "lower(email) = lower($2)", "email = $2", "Merging LeadPage"],
  ["duplicates: the trash", duplicates, " and deleted_at is null", "", "Merging LeadPage"],
  ["duplicates: out of sight", duplicates, "assigned_to is null or assigned_to = $8", "assigned_to is null or true", "Merging LeadPage Access"],
  ["duplicates: of itself", duplicates, " and id <> $1", " and $1::uuid is not null", "Merging LeadPage"],
  ["duplicates: any name", duplicates, 'Alike = "0.5"', 'Alike = "0.0"', "Merging LeadPage"],
  ["duplicates: the same name only", duplicates, 'Alike = "0.5"', 'Alike = "1.1"', "Merging LeadPage"],
  ["duplicates: phone", duplicates, "same_email or same_phone or", "same_email or", "Merging LeadPage"],
  ["assignment: who is away", attorneys, " and (away_until is null or away_until <= $1)", " and $1::timestamptz is not null", "Assigning ReachingOut SampleData"],
  ["assignment: who takes none", attorneys, "active and available and not sample and (away", "active and not sample and (away", "Assigning ReachingOut SampleData"],
  ["assignment: who is gone", attorneys, "role = 'attorney' and active and available and not sample and (away", "role = 'attorney' and available and not sample and (away", "Assigning ReachingOut SampleData"],
  ["assignment: who is made up", attorneys, "and available and not sample and (away", "and available and (away", "Assigning ReachingOut SampleData"],
  ["assignment: closed leads count", attorneys, " and status in ({LeadStatus.OpenSql})", "", "Assigning ReachingOut"],
  ["assignment: staff", attorneys, "where role = 'attorney' and active and available and not sample and (away", "where active and available and not sample and (away", "Assigning ReachingOut"],
  ["sight: counts of all", sight, "IsRestricted(user)\n            ? db.LeadCounts", "!IsRestricted(user)\n            ? db.LeadCounts", "List Access Workspace LeadsV1"],
];

const word = process.argv[2] ?? "";
const copy = mkdtempSync(join(tmpdir(), "anteroom-mutants-"));
const run = (command, ...args) => spawnSync(command, args, { cwd: copy, encoding: "utf8", env: { ...process.env, RunAnalyzers: "false" } });
let survived = 0;
try {
  execFileSync("git", ["clone", "-q", ".", copy]);
  run("dotnet", "build", "tests/Anteroom.Tests", "--nologo", "-v", "q");
  for (const [name, file, from, to, tests] of mutants.filter((mutant) => mutant[0].includes(word))) {
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2) throw new Error(`${name}: ${file} has not once: ${from}`);
    writeFileSync(path, source.replace(from, () => to));
    const built = run("dotnet", "build", "tests/Anteroom.Tests", "--nologo", "-v", "q", "--no-restore");
    const filter = tests.split(" ").map((test) => `FullyQualifiedName~${test}`).join("|");
    const tested = built.status === 0 && run("timeout", "400", "dotnet", "test", "tests/Anteroom.Tests", "--no-build", "--nologo", "--filter", filter);
    const ended = built.status !== 0 ? "DOES NOT BUILD" : tested.status !== 0 ? "killed" : "SURVIVED";
    const by = ended === "killed" ? (tested.stdout.match(/^ {2}Failed (\S+)/m)?.[1].replace("Anteroom.Tests.", "") ?? "waits forever") : "";
    if (ended !== "killed") survived++;
    console.log(`${ended.padEnd(9)} ${name.padEnd(40)} ${by}`);
    writeFileSync(path, source);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exit(survived > 0 ? 1 : 0);
