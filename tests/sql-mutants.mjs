// Rules that need the database: each is broken in one place of a built copy of the last commit, and the tests named have to notice. Stryker
// changes only C# that needs none.
//   ./test mutants sql [WORD]    those with the word in them
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// SQL is changed where the compiler has put it, so that nothing has to be built: what is broken, which words, which instead (no longer
// than they; blanks fill the rest), and the classes of tests that hold it. A line break is without the indentation of the source.
const sql = [
  ["claims: what is not due", " and next_attempt_at <= $3", "", "ClaimsTests"],
  ["claims: a lease that lasts", " and leased_until <= $3", "", "ClaimsTests"],
  ["claims: what has ended or another holds", " = $5 and state = 'queued' and", " = $5 and", "ClaimsTests"],
  ["claims: another lane, queued", " = $5 and state = 'queued'", " > '' and state = 'queued'", "ClaimsTests"],
  ["claims: attempts", "attempts = attempts + 1", "attempts = attempts", "ClaimsTests"],
  ["claims: no name of the node", "claimed_by = $6", "claimed_by = 0", "ClaimsTests"],
  ["claims: the order", "order by next_attempt_at limit", "order by id limit", "ClaimsTests"],
  ["claims: waits for who is claiming", "order by next_attempt_at limit $4 for update skip locked", "order by next_attempt_at limit $4 for update", "ClaimsTests"],
  ["fence: of a message", " and outbox.claim = result.claim", "", "ClaimsTests"],
  ["fence: of a message that was settled", " and outbox.state = 'sending'", "", "ClaimsTests DeliveryTests"],
  ["fence: of work that is done", "last_error = null, claim = null, claimed_by = null, leased_until = null\nwhere id = any ($1) and claim = $2", "last_error = null, claim = null, claimed_by = null, leased_until = null\nwhere id = any ($1)", "ClaimsTests"],
  ["fence: of work that is put off", "attempts - 1,\n    claim = null, claimed_by = null, leased_until = null\nwhere id = $1 and claim = $2", "attempts - 1,\n    claim = null, claimed_by = null, leased_until = null\nwhere id = $1", "ClaimsTests"],
  ["fence: of work that failed", "last_error = $5, claim = null, claimed_by = null, leased_until = null\nwhere id = $1 and claim = $2", "last_error = $5, claim = null, claimed_by = null, leased_until = null\nwhere id = $1", "ClaimsTests"],
  ["fence: of work that is given back", "attempts - 1, claim = null, claimed_by = null, leased_until = null\nwhere id = any ($1) and claim = $2", "attempts - 1, claim = null, claimed_by = null, leased_until = null\nwhere id = any ($1)", "ClaimsTests"],
  ["tries: of a message that was not begun", "attempts - result.untried", "attempts", "ClaimsTests"],
  ["tries: of work that is put off", "last_error = $4, attempts = attempts - 1", "last_error = $4", "ClaimsTests"],
  ["tries: of work that is given back", "set state = 'queued', attempts = attempts - 1, claim", "set state = 'queued', claim", "ClaimsTests"],
  ["dead nodes: of the living, too", " and claimed_by = any ($1)", "", "LivenessTests"],
  ["outbox: another channel is released", "where channel = $2 and state", "where state", "ClaimsTests"],
  ["outbox: what waits for a retry is released", " and waits_for_server", "", "ClaimsTests"],
  ["work: twice for a subject", "on conflict (kind, subject) do nothing", "", "ClaimsTests"],
  ["work: withdrawn when done", "where subject = any ($1) and state = 'queued' and ($4", "where subject = any ($1) and ($4", "ClaimsTests"],
  ["work: withdrawn of every kind", " and ($4 is null or kind = $4)", " and ($4 is null or true)", "ClaimsTests"],
  ["work: reinstated for another reason", "where subject = any ($1) and state = 'cancelled' and last_error = $2", "where subject = any ($1) and state = 'cancelled'", "ClaimsTests"],
  ["opt-out: case of the question", "opt_outs.address = lower(", "opt_outs.address = (", "OptOutTests"],
  ["opt-out: case of the address", "values (lower($1), $2) on conflict", "values ($1, $2) on conflict", "OptOutTests"],
  ["opt-out: case of taking it back", "from opt_outs where address = lower($1)", "from opt_outs where address = $1", "OptOutTests"],
  ["opt-out: said twice", "values (lower($1), $2) on conflict do nothing", "values (lower($1), $2)", "OptOutTests"],
  ["opt-out: welcomed all the same", "written_to_at is null and not ", "written_to_at is null and ", "OptOutTests ReachingOutTests"],
  ["opt-out: mailed all the same", "not needs_call and leads.deleted_at is null and not ", "not needs_call and leads.deleted_at is null and ", "BulkTests"],
  ["mailing: who has to be called", "not needs_call and leads.deleted_at is null", "leads.deleted_at is null", "BulkTests"],
  ["duplicates: case of the address", "*, lower(email) = lower($2)", "*, email = $2", "MergingTests"],
  ["duplicates: the trash", " and deleted_at is null and ($8", " and ($8", "MergingTests"],
  ["duplicates: out of sight", "assigned_to is null or assigned_to = $8", "assigned_to is null or true", "MergingTests"],
  ["duplicates: in sight", "assigned_to is null or assigned_to = $8", "assigned_to is null", "MergingTests"],
  ["duplicates: of itself", " and id <> $1 and deleted", " and deleted", "MergingTests"],
  ["duplicates: any name", "same_phone or alike >= ", "same_phone or 9 >= ", "MergingTests"],
  ["duplicates: the same name only", "same_phone or alike >= ", "same_phone or alike> 1+", "MergingTests"],
  ["duplicates: phone", "same_email or same_phone or", "same_email or", "MergingTests"],
  ["duplicates: another country's phone", "else phone_e164 = $9 end", "else true end", "MergingTests"],
  ["assignment: who is away", " and (away_until is null or away_until <= $1)", "", "AttorneysAtWorkTests"],
  ["assignment: who takes none", "active and available and not sample and (away", "active and not sample and (away", "AttorneysAtWorkTests"],
  ["assignment: who is gone", "active and available and not sample and (away", "available and not sample and (away", "AttorneysAtWorkTests"],
  ["assignment: who is made up", "active and available and not sample and (away", "active and available and (away", "AttorneysAtWorkTests"],
  ["assignment: staff", "role = 'attorney' and active and available and not sample and (away", "active and available and not sample and (away", "AttorneysAtWorkTests"],
  ["assignment: closed leads count", "where assigned_to is not null and status in (", "where assigned_to is not null or status in (", "AttorneysAtWorkTests"],
  ["assignment: the return of who takes none", "active and available and not sample and away_until", "active and not sample and away_until", "AttorneysAtWorkTests"],
  ["assignment: the return of who is back", "active and available and not sample and away_until > $1", "active and available and not sample", "AttorneysAtWorkTests"],
  ["assignment: what a person has taken", " and deleted_at is null and assigned_to is null and status in (", " and deleted_at is null and status in (", "AttorneysAtWorkTests"],
  ["assignment: what is in the trash", " and deleted_at is null and assigned_to is null and status in (", " and assigned_to is null and status in (", "AttorneysAtWorkTests"],
  ["assignment: what is closed", " and deleted_at is null and assigned_to is null and status in (", " and deleted_at is null and assigned_to is null or status in (", "AttorneysAtWorkTests"],
  ["moving on: of those who are there", "(not active or not available or away_until > $1)", "true", "AssigningTests"],
  ["moving on: what was touched", " and status = 'registered' and assigned_at <= $2", " and assigned_at <= $2", "AssigningTests"],
  ["moving on: at once", " and status = 'registered' and assigned_at <= $2", " and status = 'registered'", "AssigningTests"],
  ["sight: counts on the list", "where $2 or assigned_to is null", "where true or assigned_to is null", "ListTests"],
];

// C# that asks the database or guards a door: what is broken, where, which words, which instead, and the classes of tests that hold it.
const src = "src/Anteroom/";
const list = src + "Leads/Reading/ListLeads.cs";
const attention = src + "Leads/Reading/Attention.cs";
const sight = src + "Leads/LeadsInSight.cs";
const rights = src + "Accounts/Rights.cs";
const csharp = [
  ["claims: another lane, abandoned", src + "Data/Claims.cs", "where {table.Lane} = $5 and state = '{table.Claimed}'", "where state = '{table.Claimed}'", "ClaimsTests"],
  ["claims: a lease without an end", src + "Data/Claims.cs", "now + lease", "now + 9 * lease", "ClaimsTests"],
  ["fence: an end that came too late", src + "Work/WorkClaims.cs", "== turn.Items.Count", ">= 0", "ClaimsTests"],
  ["filter: status", list, "lead => lead.Status == only", "lead => lead.Status != only", "ListTests"],
  ["filter: several statuses", list, "lead => listing.Statuses.Contains(lead.Status)", "lead => true", "ListTests"],
  ["filter: numbers", list, "lead => listing.Numbers.Contains(lead.Number)", "lead => true", "ListTests"],
  ["filter: tag", list, "on.LeadNumber == lead.Number\n", "on.LeadNumber > 0\n", "ListTests"],
  ["filter: source", list, "lead => lead.Source == source", "lead => true", "ListTests"],
  ["filter: practice area", list, "lead => lead.PracticeArea == area", "lead => true", "ListTests"],
  ["filter: owner", list, "lead => lead.AssignedTo == owner", "lead => true", "ListTests"],
  ["filter: nobody's", list, "lead => lead.AssignedTo == null", "lead => true", "ListTests"],
  ["filter: from", list, "lead.CreatedAt >= from", "lead.CreatedAt > from", "ListTests"],
  ["filter: to", list, "lead.CreatedAt < to", "lead.CreatedAt <= to", "ListTests"],
  ["filter: waiting, whoever wrote", attention, "Attention.Waiting => lead => lead.Status == LeadStatus.Registered && lead.CreatedAt <= late", "Attention.Waiting => lead => lead.CreatedAt <= late", "ListTests"],
  ["filter: waiting, just come", attention, "Attention.Waiting => lead => lead.Status == LeadStatus.Registered && lead.CreatedAt <= late", "Attention.Waiting => lead => lead.Status == LeadStatus.Registered", "ListTests"],
  ["filter: unassigned, closed", attention, "lead.AssignedTo == null && EF.Constant(LeadStatus.Open).Contains(lead.Status)", "lead.AssignedTo == null", "ListTests"],
  ["filter: quarantined and deleted", attention, "&& resume.ScanState == ScanState.Quarantined\n                            && resume.DeletedAt == null", "&& resume.ScanState == ScanState.Quarantined", "ListTests"],
  ["sight: all leads", sight, "IsRestricted(user) ? among.Where", "!IsRestricted(user) ? among.Where", "LeadsV1Tests"],
  ["sight: not the unassigned", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => lead.AssignedTo == user.Id", "LeadsV1Tests"],
  ["sight: not one's own", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => lead.AssignedTo == null", "LeadsV1Tests BulkTests"],
  ["sight: counts of all", sight, "IsRestricted(user)\n            ? db.LeadCounts", "!IsRestricted(user)\n            ? db.LeadCounts", "ListTests"],
  ["sight: a search without a filter", list, "unfiltered: !listing.IsFiltered && !inSight.IsRestricted(user),\n                listing.Cursor", "unfiltered: !listing.IsFiltered,\n                listing.Cursor", "ListTests"],
  ["rights: staff administer", rights, "[Administer] = [Role.Administrator]", "[Administer] = [Role.Administrator, Role.Staff]", "AccessMatrixTests"],
  ["rights: staff keep snippets", rights, "[KeepSnippets] = [Role.Administrator, Role.Attorney]", "[KeepSnippets] = [Role.Administrator, Role.Attorney, Role.Staff]", "AccessMatrixTests"],
  ["rights: staff work no leads", rights, "[WorkLeads] = [Role.Administrator, Role.Attorney, Role.Staff]", "[WorkLeads] = [Role.Administrator, Role.Attorney]", "AccessMatrixTests"],
  ["rights: a group that asks for none", src + "Web/Workspace/TaskPages.cs", ".RequireAuthorization(Rights.WorkLeads)", "", "AccessMatrixTests"],
  ["rights: an API that asks for too little", src + "Api/Compat/CompatAuth.cs", ".RequireAuthorization(Rights.Administer)", ".RequireAuthorization()", "AccessMatrixTests"],
  ["rights: the trash for everybody", src + "Web/Workspace/List/SelectionPages.cs", "RequireAuthorization(Rights.Administer)", "RequireAuthorization(Rights.WorkLeads)", "AccessMatrixTests"],
  ["rights: a virus released by anybody", src + "Web/Workspace/Details/ResumePages.cs", "RequireAuthorization(Rights.Administer)", "RequireAuthorization(Rights.WorkLeads)", "AccessMatrixTests"],
];

const asked = ([name]) => name.includes(process.argv[2] ?? "");
const mutants = [
  ...sql.map(([name, from, to, classes]) => ({ name, from, to, classes })),
  ...csharp.map(([name, file, from, to, classes]) => ({ name, file, from, to, classes })),
].filter((mutant) => asked([mutant.name]));

const product = "src/Anteroom/bin/Debug/net10.0/Anteroom.dll";
const tests = "tests/Anteroom.Tests/bin/Debug/net10.0/";
const wholeRun = Date.now() + 90 * 60_000;
const oneRun = 120_000;

const copy = mkdtempSync(join(tmpdir(), "anteroom-mutants-"));
const run = (command, args, timeout) => spawnSync(command, args, { cwd: copy, encoding: "utf8", timeout, killSignal: "SIGINT", maxBuffer: 1 << 28 });
const build = (project) =>
  run("dotnet", ["build", project, "--nologo", "-v", "q", "--no-restore", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:UseSharedCompilation=true"]).status === 0;
// Without the runner of `dotnet test` it begins two seconds sooner, and stops at the first failure.
const test = (classes, atMost = oneRun) =>
  run("dotnet", [join(tests, "Anteroom.Tests.dll"), "-noColor", "-noLogo", "-stopOnFail", ...classes.flatMap((name) => ["-class", `*.${name}`])], atMost);
const failed = (tested) => tested.stdout.match(/^ +Anteroom\.Tests\.([\w.]+).*\[FAIL\]/m)?.[1];
const text = (words) => Buffer.from(words.replaceAll("\\n", "\n"), "utf16le");

// The product with the words changed; null when they are not there exactly once, undefined when it does not build.
function broken({ file, from, to }, whole) {
  if (file) {
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2) return null;
    writeFileSync(path, source.replace(from, () => to));
    const built = build("src/Anteroom");
    writeFileSync(path, source);
    return built ? readFileSync(join(copy, product)) : undefined;
  }
  const place = whole.indexOf(text(from));
  if (place < 0 || whole.indexOf(text(from), place + 2) >= 0 || to.length > from.length) return null;
  const changed = Buffer.from(whole);
  text(to.padEnd(from.length)).copy(changed, place);
  return changed;
}

let [tried, killed] = [0, 0];
try {
  execFileSync("git", ["clone", "-q", ".", copy]);
  if (existsSync("node_modules")) symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  run("dotnet", ["restore", "--nologo", "-v", "q"]);
  if (!build("tests/Anteroom.Tests")) throw new Error("The unchanged sources do not build.");
  const whole = readFileSync(join(copy, product));
  const unchanged = test([...new Set(mutants.flatMap((mutant) => mutant.classes.split(" ")))], 5 * oneRun);
  if (unchanged.status !== 0) throw new Error(`Without a change, ${failed(unchanged) ?? "something"} fails, or the tests take too long.`);

  for (const mutant of mutants) {
    if (Date.now() > wholeRun) throw new Error("The run takes too long and was stopped.");
    tried++;
    const changed = broken(mutant, whole);
    let ended = changed === null ? "NOT FOUND" : "NO BUILD";
    let by = "";
    if (changed) {
      writeFileSync(join(copy, tests, "Anteroom.dll"), changed);
      const tested = test(mutant.classes.split(" "));
      ended = tested.status === 0 ? "SURVIVED" : "killed";
      if (tested.status !== 0) by = failed(tested) ?? (tested.error ? "by waiting" : `exit code ${tested.status}`);
    }
    if (ended === "killed") killed++;
    console.log(`${ended.padEnd(9)} ${mutant.name.padEnd(44)} ${by}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${killed} of ${tried} killed, ${Math.floor((100 * killed) / tried)} %`);
process.exit(killed < 0.8 * mutants.length ? 1 : 0);
