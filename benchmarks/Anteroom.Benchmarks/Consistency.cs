using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>What is in the database and on disk after a run.</summary>
internal sealed record Inventory(
    long Leads,
    long Resumes,
    long Emails,
    long EmailsSent,
    long Activities,
    long Files,
    long Unfinished
);

/// <summary>Compares what the app acknowledged with what it kept: nothing lost, nothing left over.</summary>
internal sealed class Consistency(AppProcess app, string connectionString)
{
    /// <summary>Counts rows and files.</summary>
    public async Task<Inventory> CountAsync(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(
            """
            select (select count(*) from leads), (select count(*) from resumes),
                   (select count(*) from emails where lead_id is not null),
                   (select count(*) from emails where lead_id is not null and state::text = 'sent'),
                   (select count(*) from activities where kind = 'submitted')
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var files = Directory
            .EnumerateFiles(Path.Combine(app.Data, "resumes"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != ".anteroom-resumes"); // says whose folder it is
        var byKind = files.ToLookup(file => file.Contains("/incoming/", StringComparison.Ordinal));
        return new Inventory(
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetInt64(2),
            reader.GetInt64(3),
            reader.GetInt64(4),
            byKind[false].LongCount(),
            byKind[true].LongCount()
        );
    }

    /// <summary>The rows of the newest submission.</summary>
    public Task<IReadOnlyList<SampleRow>> SampleAsync(CancellationToken cancellation) =>
        SampleLead.ReadAsync(connectionString, cancellation);

    /// <summary>Waits until the worker has sent everything, or sends nothing more for two seconds.</summary>
    /// <returns>What there is then.</returns>
    public async Task<Inventory> SettleAsync(CancellationToken cancellation)
    {
        var before = await CountAsync(cancellation);
        for (var idle = 0; before.EmailsSent < before.Emails && idle < 4; )
        {
            await Task.Delay(500, cancellation);
            app.MustRun();
            var now = await CountAsync(cancellation);
            idle = now.EmailsSent > before.EmailsSent ? 0 : idle + 1;
            before = now;
        }
        return before;
    }

    /// <summary>What is wrong, one sentence each; empty when everything adds up.</summary>
    public static IEnumerable<string> Problems(Inventory there, long acknowledged)
    {
        if (there.Leads != acknowledged)
            yield return $"{acknowledged} submissions were acknowledged, but there are {there.Leads} leads.";
        if (there.Resumes != there.Leads)
            yield return $"There are {there.Leads} leads, but {there.Resumes} rows of resumes.";
        if (there.Files != there.Leads)
            yield return $"There are {there.Leads} leads, but {there.Files} files.";
        if (there.Unfinished != 0)
            yield return $"{there.Unfinished} files are left in incoming.";
        if (there.Emails != 2 * there.Leads)
            yield return $"There are {there.Leads} leads, but {there.Emails} emails instead of two each.";
        if (there.Activities != there.Leads)
            yield return $"There are {there.Leads} leads, but {there.Activities} timeline entries instead of one each.";
    }
}
