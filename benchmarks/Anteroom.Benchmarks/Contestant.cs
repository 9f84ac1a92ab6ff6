using System.Net;

namespace Anteroom.Benchmarks;

/// <summary>Something that there has to be as often as there are leads.</summary>
/// <param name="Name">What it is, in the plural.</param>
/// <param name="Sql">How it is counted.</param>
/// <param name="EachLead">How many each lead has.</param>
internal sealed record Fact(string Name, string Sql, int EachLead = 1);

/// <summary>A service that takes leads, as the benchmark sees it.</summary>
internal sealed record Contestant
{
    public required string Name { get; init; }
    public required IPEndPoint Address { get; init; }

    /// <summary>Whose processor time is counted, with that of the processes they have started.</summary>
    public required IReadOnlyList<int> Processes { get; init; }

    /// <summary>Where it takes submissions.</summary>
    public required string SubmitPath { get; init; }

    public required string ConnectionString { get; init; }

    /// <summary>The folder with the files.</summary>
    public required string Files { get; init; }

    /// <summary>What each lead has to have in the database when everything is done.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }

    /// <summary>How many emails each lead causes.</summary>
    public required int Mails { get; init; }

    /// <summary>The statuses of a lead that is moved, one after the other.</summary>
    public required IReadOnlyList<string> Statuses { get; init; }

    /// <summary>The line in a request's head that says who it is from.</summary>
    public required string Authorization { get; init; }

    public static Contestant Anteroom(
        TestBed bed,
        AppProcess app,
        string database,
        string path,
        string authorization = ""
    ) =>
        new()
        {
            Name = "Anteroom",
            Address = app.Address,
            Processes = [app.ProcessId],
            SubmitPath = path,
            ConnectionString = bed.Postgres.ConnectionString(database),
            Files = Path.Combine(app.Data, "resumes"),
            Facts =
            [
                new("leads", "select count(*) from leads"),
                new("assigned", "select count(*) from leads where assigned_to is not null"),
                new("rows of resumes", "select count(*) from resumes"),
                new("timeline entries", "select count(*) from activities where kind = 'submitted'"),
                new("emails", "select count(*) from emails where lead_id is not null", EachLead: 3),
            ],
            Mails = 3, // confirmation, notification, assignment
            Statuses = ["reached_out", "consultation", "retained"],
            Authorization = authorization,
        };
}
