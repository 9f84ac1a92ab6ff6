// Rules that need the database: each is broken in one place of a copy of the last commit, and the tests named have to notice. Stryker
// changes only C# that needs none.
//   ./test mutants sql [WORD]    those with the word in them
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const src = "src/Anteroom/";
const claims = src + "Data/Claims.cs";
const dead = src + "Data/FreeDeadClaims.cs";
const work = src + "Work/WorkClaims.cs";
const workQueue = src + "Work/WorkQueue.cs";
const results = src + "Mail/Outbox/OutboxResults.cs";
const outbox = src + "Mail/Outbox/OutboxClaims.cs";
const optOuts = src + "Mail/OptOuts.cs";
const reachOut = src + "Outreach/ReachOut.cs";
const bulk = src + "Bulk/ReleaseBulk.cs";
const duplicates = src + "Leads/Merging/Duplicates.cs";
const attorneys = src + "Leads/Outreach/AttorneysAtWork.cs";
const assign = src + "Leads/Outreach/AssignLeads.cs";
const moveOn = src + "Leads/Outreach/MoveOnLeads.cs";
const list = src + "Leads/Reading/ListLeads.cs";
const attention = src + "Leads/Reading/Attention.cs";
const context = src + "Leads/Reading/ListContext.cs";
const sight = src + "Leads/LeadsInSight.cs";
const rights = src + "Accounts/Rights.cs";

// What is broken, where, which words, which instead, and the classes of tests that hold it.
const mutants = [
  ["claims: what is not due", claims, " and next_attempt_at <= $3", "", "ClaimsTests"],
  ["claims: a lease that lasts", claims, " and leased_until <= $3", "", "ClaimsTests"],
  ["claims: what has ended or another holds", claims, "state = 'queued' and", "true and", "ClaimsTests"],
  ["claims: another lane, queued", claims, "where {table.Lane} = $5 and state = 'queued'", "where $5::text is not null and state = 'queued'", "ClaimsTests"],
  ["claims: another lane, abandoned", claims, "where {table.Lane} = $5 and state = '{table.Claimed}'", "where $5::text is not null and state = '{table.Claimed}'", "ClaimsTests"],
  ["claims: attempts", claims, "attempts = attempts + 1", "attempts = attempts", "ClaimsTests"],
  ["claims: no name of the node", claims, "claimed_by = $6", "claimed_by = nullif($6, $6)", "ClaimsTests"],
  ["claims: the order", claims, "order by next_attempt_at limit", "order by next_attempt_at desc limit", "ClaimsTests"],
  ["claims: waits for who is claiming", claims, "order by next_attempt_at limit $4 for update skip locked", "order by next_attempt_at limit $4 for update", "ClaimsTests"],
  ["claims: a lease without an end", claims, "now + lease", "now + 9 * lease", "ClaimsTests"],
  ["fence: of a message", results, " and outbox.claim = result.claim", "", "ClaimsTests DeliveryTests"],
  ["fence: of a message that was settled", results, "and outbox.state = 'sending'", "", "ClaimsTests DeliveryTests"],
  ["fence: of work that is done", work, "where id = any ($1) and claim = $2\n                \"\"\",", "where id = any ($1) and $2::uuid is not null\n                \"\"\",", "ClaimsTests"],
  ["fence: of work that is put off", work, "where id = $1 and claim = $2\n                \"\"\",", "where id = $1 and $2::uuid is not null\n                \"\"\",", "ClaimsTests"],
  ["fence: of work that failed", work, "where id = $1 and claim = $2\n            \"\"\"\n", "where id = $1 and $2::uuid is not null\n            \"\"\"\n", "ClaimsTests"],
  ["fence: of work that is given back", work, "where id = any ($1) and claim = $2\n                    \"\"\"", "where id = any ($1) and $2::uuid is not null\n                    \"\"\"", "ClaimsTests"],
  ["fence: an end that came too late", work, "== turn.Items.Count", ">= 0", "ClaimsTests"],
  ["tries: of a message that was not begun", results, "attempts - result.untried", "attempts", "ClaimsTests"],
  ["tries: of work that is put off", work, "last_error = $4, attempts = attempts - 1", "last_error = $4, attempts = attempts", "ClaimsTests"],
  ["tries: of work that is given back", work, "set state = 'queued', attempts = attempts - 1, claim", "set state = 'queued', attempts = attempts, claim", "ClaimsTests"],
  ["dead nodes: of the living, too", dead, " and claimed_by = any ($1)", " and $1::integer[] is not null", "LivenessTests"],
  ["outbox: another channel is released", outbox, "where channel = $2 and", "where $2::text is not null and", "ClaimsTests"],
  ["outbox: what waits for a retry is released", outbox, " and waits_for_server", "", "ClaimsTests"],
  ["work: twice for a subject", workQueue, "on conflict (kind, subject) do nothing", "on conflict (kind, subject) do update set id = excluded.id, kind = 'bulk_email'", "ClaimsTests"],
  ["work: withdrawn when done", workQueue, " and state = 'queued' and ($4", " and ($4", "ClaimsTests"],
  ["work: withdrawn of every kind", workQueue, " and ($4 is null or kind = $4)", " and ($4 is null or true)", "ClaimsTests"],
  ["work: reinstated for another reason", workQueue, " and last_error = $2", " and $2::text is not null", "ClaimsTests"],
  ["opt-out: case of the question", optOuts, "opt_outs.address = lower({column})", "opt_outs.address = {column}", "OptOutTests"],
  ["opt-out: case of the address", optOuts, "values (lower($1), $2)", "values ($1, $2)", "OptOutTests"],
  ["opt-out: case of taking it back", optOuts, "where address = lower($1)", "where address = $1", "OptOutTests"],
  ["opt-out: said twice", optOuts, " on conflict do nothing", "", "OptOutTests"],
  ["opt-out: welcomed all the same", reachOut, "written_to_at is null and not {OptOuts", "written_to_at is null and {OptOuts", "ReachingOutTests OptOutTests"],
  ["opt-out: mailed all the same", bulk, "deleted_at is null and not {OptOuts", "deleted_at is null and {OptOuts", "BulkTests"],
  ["duplicates: case of the address", duplicates, "lower(email) = lower($2)", "email = $2", "MergingTests"],
  ["duplicates: the trash", duplicates, " and deleted_at is null", "", "MergingTests"],
  ["duplicates: out of sight", duplicates, "assigned_to is null or assigned_to = $8", "assigned_to is null or true", "MergingTests"],
  ["duplicates: in sight", duplicates, "assigned_to is null or assigned_to = $8", "assigned_to is null", "MergingTests"],
  ["duplicates: of itself", duplicates, " and id <> $1", " and $1::uuid is not null", "MergingTests"],
  ["duplicates: any name", duplicates, 'Alike = "0.5"', 'Alike = "0.0"', "MergingTests"],
  ["duplicates: the same name only", duplicates, 'Alike = "0.5"', 'Alike = "1.1"', "MergingTests"],
  ["duplicates: phone", duplicates, "same_email or same_phone or", "same_email or", "MergingTests"],
  ["duplicates: another country's phone", duplicates, "else phone_e164 = $9 end", "else phone_digits = $3 end", "MergingTests"],
  ["assignment: who is away", attorneys, " and (away_until is null or away_until <= $1)", " and $1::timestamptz is not null", "AttorneysAtWorkTests"],
  ["assignment: who takes none", attorneys, "active and available and not sample and (away", "active and not sample and (away", "AttorneysAtWorkTests"],
  ["assignment: who is gone", attorneys, "role = 'attorney' and active and available and not sample and (away", "role = 'attorney' and available and not sample and (away", "AttorneysAtWorkTests"],
  ["assignment: who is made up", attorneys, "and available and not sample and (away", "and available and (away", "AttorneysAtWorkTests"],
  ["assignment: staff", attorneys, "where role = 'attorney' and active and available and not sample and (away", "where active and available and not sample and (away", "AttorneysAtWorkTests"],
  ["assignment: closed leads count", attorneys, " and status in ({LeadStatus.OpenSql})", "", "AttorneysAtWorkTests"],
  ["assignment: the return of who takes none", attorneys, "active and available and not sample and away_until", "active and not sample and away_until", "AttorneysAtWorkTests"],
  ["assignment: the return of who is back", attorneys, "and away_until > $1", "and $1::timestamptz is not null", "AttorneysAtWorkTests"],
  ["assignment: what a person has taken", assign, "assigned_to is null and ", "", "AssigningTests"],
  ["assignment: what is closed", assign, " and status in ({LeadStatus.OpenSql})", "", "AssigningTests"],
  ["assignment: what is in the trash", assign, "deleted_at is null and ", "", "AssigningTests"],
  ["moving on: of those who are there", moveOn, "(not active or not available or away_until > $1)", "($1::timestamptz is not null)", "AssigningTests"],
  ["moving on: what was touched", moveOn, " and status = 'registered'", "", "AssigningTests"],
  ["moving on: at once", moveOn, " and assigned_at <= $2", " and $2::timestamptz is not null", "AssigningTests"],
  ["filter: status", list, "lead => lead.Status == only", "lead => lead.Status != only", "ListTests"],
  ["filter: several statuses", list, "lead => listing.Statuses.Contains(lead.Status)", "lead => true", "ListTests"],
  ["filter: numbers", list, "lead => listing.Numbers.Contains(lead.Number)", "lead => true", "ListTests"],
  ["filter: tag", list, "on.LeadNumber == lead.Number\n", "on.LeadNumber > 0\n", "ListTests LeadPageTests"],
  ["filter: source", list, "lead => lead.Source == source", "lead => true", "ListTests"],
  ["filter: practice area", list, "lead => lead.PracticeArea == area", "lead => true", "ListTests"],
  ["filter: owner", list, "lead => lead.AssignedTo == owner", "lead => true", "ListTests"],
  ["filter: nobody's", list, "lead => lead.AssignedTo == null", "lead => true", "ListTests"],
  ["filter: from", list, "lead.CreatedAt >= from", "lead.CreatedAt > from", "ListTests LeadsV1Tests"],
  ["filter: to", list, "lead.CreatedAt < to", "lead.CreatedAt <= to", "ListTests LeadsV1Tests"],
  ["filter: waiting, whoever wrote", attention, "Attention.Waiting => lead => lead.Status == LeadStatus.Registered && lead.CreatedAt <= late", "Attention.Waiting => lead => lead.CreatedAt <= late", "ListTests"],
  ["filter: waiting, just come", attention, "Attention.Waiting => lead => lead.Status == LeadStatus.Registered && lead.CreatedAt <= late", "Attention.Waiting => lead => lead.Status == LeadStatus.Registered", "ListTests"],
  ["filter: unassigned, closed", attention, "lead.AssignedTo == null && EF.Constant(LeadStatus.Open).Contains(lead.Status)", "lead.AssignedTo == null", "ListTests"],
  ["filter: quarantined and deleted", attention, "&& resume.ScanState == ScanState.Quarantined\n                            && resume.DeletedAt == null", "&& resume.ScanState == ScanState.Quarantined", "ListTests ScanTests"],
  ["sight: all leads", sight, "IsRestricted(user) ? among.Where", "!IsRestricted(user) ? among.Where", "LeadsV1Tests"],
  ["sight: not the unassigned", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => lead.AssignedTo == user.Id", "LeadsV1Tests"],
  ["sight: not one's own", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => lead.AssignedTo == null", "LeadsV1Tests BulkTests"],
  ["sight: counts of all", sight, "IsRestricted(user)\n            ? db.LeadCounts", "!IsRestricted(user)\n            ? db.LeadCounts", "LeadsV1Tests"],
  ["sight: counts on the list", context, "where $2 or assigned_to is null", "where $2 or true or assigned_to is null", "ListTests"],
  ["sight: a search without a filter", list, "unfiltered: !listing.IsFiltered && !inSight.IsRestricted(user),\n                listing.Cursor", "unfiltered: !listing.IsFiltered,\n                listing.Cursor", "LeadsV1Tests"],
  ["rights: staff administer", rights, "[Administer] = [Role.Administrator]", "[Administer] = [Role.Administrator, Role.Staff]", "AccessMatrixTests"],
  ["rights: staff keep snippets", rights, "[KeepSnippets] = [Role.Administrator, Role.Attorney]", "[KeepSnippets] = [Role.Administrator, Role.Attorney, Role.Staff]", "AccessMatrixTests"],
  ["rights: staff work no leads", rights, "[WorkLeads] = [Role.Administrator, Role.Attorney, Role.Staff]", "[WorkLeads] = [Role.Administrator, Role.Attorney]", "AccessMatrixTests"],
  ["rights: a group that asks for none", src + "Web/Workspace/TaskPages.cs", ".RequireAuthorization(Rights.WorkLeads)", "", "AccessMatrixTests"],
  ["rights: an API that asks for too little", src + "Api/Compat/CompatAuth.cs", ".RequireAuthorization(Rights.Administer)", ".RequireAuthorization()", "AccessMatrixTests"],
  ["rights: the trash for everybody", src + "Web/Workspace/List/SelectionPages.cs", "RequireAuthorization(Rights.Administer)", "RequireAuthorization(Rights.WorkLeads)", "AccessMatrixTests"],
  ["rights: a virus released by anybody", src + "Web/Workspace/Details/ResumePages.cs", "RequireAuthorization(Rights.Administer)", "RequireAuthorization(Rights.WorkLeads)", "AccessMatrixTests"],
].filter((mutant) => mutant[0].includes(process.argv[2] ?? ""));

const testsDll = "tests/Anteroom.Tests/bin/Debug/net10.0/Anteroom.Tests.dll";
const wholeRun = Date.now() + 90 * 60_000;
const oneRun = 180_000;

const copy = mkdtempSync(join(tmpdir(), "anteroom-mutants-"));
const run = (command, args, timeout) =>
  spawnSync(command, args, { cwd: copy, encoding: "utf8", timeout, killSignal: "SIGINT", maxBuffer: 1 << 28, env: { ...process.env, TMPDIR: tmpdir() } });
const build = (project) =>
  run("dotnet", ["build", project, "--nologo", "-v", "q", "--no-restore", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:UseSharedCompilation=true"]);
// Without the runner of `dotnet test` it begins two seconds sooner and stops at the first failure.
const test = (classes, atMost = oneRun) =>
  run("dotnet", [testsDll, "-noColor", "-noLogo", "-stopOnFail", ...classes.flatMap((name) => ["-class", `*.${name}`])], atMost);
const failed = (tested) => tested.stdout.match(/^ +(Anteroom\.Tests\.\S+).*\[FAIL\]/m)?.[1].replace("Anteroom.Tests.", "");

let killed = 0;
let tried = 0;
try {
  execFileSync("git", ["clone", "-q", ".", copy]);
  if (existsSync("node_modules")) symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  run("dotnet", ["restore", "--nologo", "-v", "q"]);
  if (build("tests/Anteroom.Tests").status !== 0) throw new Error("The unchanged sources do not build.");
  const whole = test([...new Set(mutants.flatMap((mutant) => mutant[4].split(" ")))], 4 * oneRun);
  if (whole.status !== 0) throw new Error(`Without a change, ${failed(whole) ?? whole.stdout.slice(-2000)} fails or the tests take too long.`);

  for (const [name, file, from, to, classes] of mutants) {
    if (Date.now() > wholeRun) {
      console.log("Stopped: the run has taken an hour and a half.");
      break;
    }
    tried++;
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    let ended;
    if (source.split(from).length !== 2) ended = "NOT FOUND";
    else {
      writeFileSync(path, source.replace(from, () => to));
      if (build("src/Anteroom").status !== 0) ended = "NO BUILD";
      else {
        for (const part of ["dll", "pdb"])
          cpSync(join(copy, `src/Anteroom/bin/Debug/net10.0/Anteroom.${part}`), join(copy, `tests/Anteroom.Tests/bin/Debug/net10.0/Anteroom.${part}`));
        const tested = test(classes.split(" "));
        const by = failed(tested);
        if (tested.status !== 0) killed++;
        ended = tested.status === 0 ? "SURVIVED" : `killed     ${by ?? (tested.error ? "by waiting" : `by exit ${tested.status}`)}`;
      }
      writeFileSync(path, source);
    }
    const [word, ...by] = ended.split("     ");
    console.log(`${word.padEnd(9)} ${name.padEnd(44)} ${by.join(" ")}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${killed} of ${tried} killed, ${tried ? Math.floor((100 * killed) / tried) : 0} %`);
process.exit(killed < tried * 0.8 || tried < mutants.length ? 1 : 0);
