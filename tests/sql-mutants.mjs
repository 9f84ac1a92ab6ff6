// Rules that need the database: each is broken in one place of a built copy of the last commit, and the tests named have to notice. Stryker
// changes only C# that needs none.
//   ./test mutants sql [WORD]    those with the word in them
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// SQL is changed where the compiler has put it: what is broken, which words, which instead (no longer than they; blanks fill the rest),
// and the classes of tests that hold it. A line break is without the indentation of the source.
const sql = [
  ["claims: what is not due", " and next_attempt_at <= $3", "", "ClaimsTests"],
  ["claims: a lease that lasts", " and leased_until <= $3", "", "ClaimsTests"],
  ["claims: what has ended or another holds", " = $5 and state = 'queued' and", " = $5 and", "ClaimsTests"],
  ["claims: another lane, queued", " = $5 and state = 'queued'", " > '' and state = 'queued'", "ClaimsTests"],
  ["claims: another lane, abandoned", " = $5 and state = '", " > '' and state ='", "ClaimsTests", "the last of several"],
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
  ["duplicates: of itself", " and id <> $1 and deleted_at", " and deleted_at", "MergingTests"],
  ["duplicates: any name", "same_phone or alike >= ", "same_phone or 9 >= ", "MergingTests"],
  ["duplicates: the same name only", "same_phone or alike >= ", "same_phone or alike> 1+", "MergingTests"],
  ["duplicates: phone", "same_email or same_phone or", "same_email or", "MergingTests"],
  ["duplicates: another country's phone", "else phone_e164 = $9 end", "else true end", "MergingTests"],
  ["assignment: who is away", " and (away_until is null or away_until <= $1)", "", "AttorneysAtWorkTests"],
  ["assignment: who takes none", "active and available and not sample and (away_until", "active and not sample and (away_until", "AttorneysAtWorkTests"],
  ["assignment: who is gone", "active and available and not sample and (away_until", "available and not sample and (away_until", "AttorneysAtWorkTests"],
  ["assignment: who is made up", "active and available and not sample and (away_until", "active and available and (away_until", "AttorneysAtWorkTests"],
  ["assignment: staff", "role = 'attorney' and active and available and not sample and (away_until", "active and available and not sample and (away_until", "AttorneysAtWorkTests"],
  ["assignment: closed leads count", "where assigned_to is not null and status in (", "where assigned_to is not null or status in (", "AttorneysAtWorkTests"],
  ["assignment: the return of who takes none", "active and available and not sample and away_until", "active and not sample and away_until", "AttorneysAtWorkTests"],
  ["assignment: the return of who is back", "active and available and not sample and away_until > $1", "active and available and not sample", "AttorneysAtWorkTests"],
  ["assignment: what a person has taken", " and deleted_at is null and assigned_to is null and status in (", " and deleted_at is null and status in (", "AttorneysAtWorkTests"],
  ["assignment: what is in the trash", " and deleted_at is null and assigned_to is null and status in (", " and assigned_to is null and status in (", "AttorneysAtWorkTests"],
  ["assignment: what is closed", " and deleted_at is null and assigned_to is null and status in (", " and deleted_at is null and assigned_to is null or status in (", "AttorneysAtWorkTests"],
  ["moving on: of those who are there", "(not active or not available or away_until > $1)", "true", "AttorneysAtWorkTests"],
  ["moving on: what was touched", " and status = 'registered' and assigned_at <= $2", " and assigned_at <= $2", "AttorneysAtWorkTests"],
  ["moving on: at once", " and status = 'registered' and assigned_at <= $2", " and status = 'registered'", "AttorneysAtWorkTests"],
  ["moving on: while the welcome is sent", " and (welcome_until is null or welcome_until <= $1)", "", "AttorneysAtWorkTests"],
  ["sight: counts on the list", "where $2 or assigned_to is null or assigned_to = $1", "where true", "ListTests"],
];

// C# that asks the database or guards a door: what is broken, where, which expressions, which instead, and the classes of tests that hold
// it. All are built at once; the environment says which one is on.
const src = "src/Anteroom/";
const list = src + "Leads/Reading/ListLeads.cs";
const attention = src + "Leads/Reading/Attention.cs";
const sight = src + "Leads/LeadsInSight.cs";
const rights = src + "Accounts/Rights.cs";
const csharp = [
  ["claims: a lease without an end", src + "Data/Claims.cs", "now + lease", "now + 9 * lease", "ClaimsTests"],
  ["fence: an end that came too late", src + "Work/WorkClaims.cs", "await batch.ExecuteNonQueryAsync(cancellation) == turn.Items.Count", "await batch.ExecuteNonQueryAsync(cancellation) >= 0", "ClaimsTests"],
  ["filter: status", list, "lead => lead.Status == only", "lead => lead.Status != only", "ListTests"],
  ["filter: several statuses", list, "lead => listing.Statuses.Contains(lead.Status)", "lead => true", "ListTests"],
  ["filter: numbers", list, "lead => listing.Numbers.Contains(lead.Number)", "lead => true", "ListTests"],
  ["filter: tag", list, "on.LeadNumber == lead.Number", "on.LeadNumber > 0", "ListTests"],
  ["filter: source", list, "lead => lead.Source == source", "lead => true", "ListTests"],
  ["filter: practice area", list, "lead => lead.PracticeArea == area", "lead => true", "ListTests"],
  ["filter: owner", list, "lead => lead.AssignedTo == owner", "lead => true", "ListTests"],
  ["filter: nobody's", list, "lead => lead.AssignedTo == null", "lead => true", "ListTests"],
  ["filter: from", list, "lead => lead.CreatedAt >= from", "lead => lead.CreatedAt > from", "ListTests"],
  ["filter: to", list, "lead => lead.CreatedAt < to", "lead => lead.CreatedAt <= to", "ListTests"],
  ["filter: waiting, whatever the status", attention, "lead => lead.Status == LeadStatus.Registered && lead.CreatedAt <= late", "lead => lead.CreatedAt <= late", "ListTests"],
  ["filter: waiting, just come", attention, "lead => lead.Status == LeadStatus.Registered && lead.CreatedAt <= late", "lead => lead.Status == LeadStatus.Registered", "ListTests"],
  ["filter: unassigned, closed", attention, "lead.AssignedTo == null && EF.Constant(LeadStatus.Open).Contains(lead.Status)", "lead.AssignedTo == null", "ListTests"],
  ["filter: quarantined and deleted", attention, "resume.DeletedAt == null", "resume.Id != Guid.Empty", "ListTests"],
  ["sight: all leads", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => true", "ListTests"],
  ["sight: not the unassigned", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => lead.AssignedTo == user.Id", "ListTests"],
  ["sight: not one's own", sight, "lead => lead.AssignedTo == null || lead.AssignedTo == user.Id", "lead => lead.AssignedTo == null", "ListTests"],
  ["sight: counts of all", sight, "count => count.AssignedTo == null || count.AssignedTo == user.Id", "count => true", "ListTests"],
  ["sight: nobody is restricted", sight, "user.Role == Role.Attorney && firm.Value.AttorneysSeeOnlyTheirs", "false", "ListTests"],
  ["sight: a search of all leads", list, "!listing.IsFiltered && !inSight.IsRestricted(user)", "!listing.IsFiltered", "ListTests"],
  ["rights: staff administer", rights, "[Role.Administrator]", "[Role.Administrator, Role.Staff]", "AccessMatrixTests"],
  ["rights: staff keep snippets", rights, "[Role.Administrator, Role.Attorney]", "[Role.Administrator, Role.Attorney, Role.Staff]", "AccessMatrixTests"],
  ["rights: staff work no leads", rights, "[Role.Administrator, Role.Attorney, Role.Staff]", "[Role.Administrator, Role.Attorney]", "AccessMatrixTests"],
  ["rights: tasks for administrators", src + "Web/Workspace/TaskPages.cs", "Rights.WorkLeads", "Rights.Administer", "AccessMatrixTests"],
  ["rights: accounts made by anybody", src + "Api/Compat/CompatAuth.cs", "Rights.Administer", "Rights.WorkLeads", "AccessMatrixTests"],
  ["rights: the trash for everybody", src + "Web/Workspace/List/SelectionPages.cs", "Rights.Administer", "Rights.WorkLeads", "AccessMatrixTests"],
  ["rights: a virus released by anybody", src + "Web/Workspace/Details/ResumePages.cs", "Rights.Administer", "Rights.WorkLeads", "AccessMatrixTests"],
];

const mutants = [
  ...sql.map(([name, from, to, classes, last]) => ({ name, from, to, classes, last })),
  ...csharp.map(([name, file, from, to, classes]) => ({ name, file, from, to, classes })),
].filter(({ name }) => name.includes(process.argv[2] ?? ""));

const tests = "tests/Anteroom.Tests/bin/Debug/net10.0/";
const wholeRun = Date.now() + 60 * 60_000;
const oneRun = 120_000;

const copy = mkdtempSync(join(tmpdir(), "anteroom-mutants-"));
const run = (command, args, timeout, more) =>
  spawnSync(command, args, { cwd: copy, encoding: "utf8", timeout, killSignal: "SIGINT", maxBuffer: 1 << 28, env: { ...process.env, ...more } });
// Without the runner of `dotnet test` it begins two seconds sooner, and stops at the first failure.
const test = (classes, atMost = oneRun, on = "") =>
  run("dotnet", [join(tests, "Anteroom.Tests.dll"), "-noColor", "-noLogo", "-stopOnFail", ...classes.flatMap((name) => ["-class", `*.${name}`])], atMost, { ANTEROOM_MUTANT: on });
const failed = (tested) => tested.stdout.match(/^ +Anteroom\.Tests\.([\w.]+).*\[FAIL\]/m)?.[1];
const text = (words) => Buffer.from(words, "utf16le");

// Puts a switch around what each C# mutant changes; those that are not found stay as they are.
function putSwitches() {
  writeFileSync(
    join(copy, src, "Mutant.cs"),
    `namespace Anteroom;
    internal static class Mutant
    {
        private static readonly string? On = Environment.GetEnvironmentVariable("ANTEROOM_MUTANT");
        public static bool Is(string name) => On == name;
    }`,
  );
  for (const mutant of mutants.filter(({ file }) => file)) {
    const path = join(copy, mutant.file);
    const source = readFileSync(path, "utf8");
    mutant.isThere = source.includes(mutant.from);
    const [from, to] = [mutant.from, mutant.to].map((code) => (code.startsWith("lead =>") || code.startsWith("count =>") ? code : `(${code})`));
    const both = `global::Anteroom.Mutant.Is("${mutant.name}") ? ${to} : ${from}`;
    writeFileSync(path, source.replaceAll(mutant.from, () => (from.startsWith("(") ? `(${both})` : both)));
  }
}

// The product with the words of an SQL mutant changed; null when they are not there exactly once, or a blank would split a word.
function broken({ from, to, last }, whole) {
  const place = last ? whole.lastIndexOf(text(from)) : whole.indexOf(text(from));
  const end = place + text(from).length;
  if (place < 0 || to.length > from.length || (!last && whole.indexOf(text(from), place + 2) >= 0)) return null;
  if (/\w$/.test(from) && /\w/.test(whole.toString("utf16le", end, end + 2))) return null;
  const changed = Buffer.from(whole);
  text(to.padEnd(from.length)).copy(changed, place);
  return changed;
}

let [tried, killed] = [0, 0];
try {
  execFileSync("git", ["clone", "-q", ".", copy]);
  putSwitches();
  run("dotnet", ["restore", "--nologo", "-v", "q"]);
  const built = run("dotnet", ["build", "tests/Anteroom.Tests", "--nologo", "-v", "q", "--no-restore", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false"]);
  if (built.status !== 0) throw new Error(`The copy does not build:\n${built.stdout.slice(-2000)}`);
  const product = join(copy, tests, "Anteroom.dll");
  const whole = readFileSync(product);
  const unchanged = test([...new Set(mutants.flatMap(({ classes }) => classes.split(" ")))], 5 * oneRun);
  if (unchanged.status !== 0) throw new Error(`Without a change, ${failed(unchanged) ?? "something"} fails, or the tests take too long.`);

  for (const mutant of mutants) {
    if (Date.now() > wholeRun) throw new Error("The run takes too long and was stopped.");
    tried++;
    let [ended, by] = ["NOT FOUND", ""];
    const changed = mutant.file ? mutant.isThere && whole : broken(mutant, whole);
    if (changed) {
      writeFileSync(product, changed);
      const tested = test(mutant.classes.split(" "), oneRun, mutant.name);
      // Words that are no SQL anymore would be noticed by any test.
      const nonsense = /42601|42703|42804|42883|42P02|42P18/.test(tested.stdout);
      ended = tested.status === 0 ? "SURVIVED" : nonsense ? "NO SQL" : "killed";
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
