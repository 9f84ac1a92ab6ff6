using Anteroom.Data;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>What <see cref="FigureQueries"/> and <see cref="DayQueries"/> are asked: whose leads, at which time, and what of it is read from where.</summary>
internal sealed record Asked(ReportScope Scope, DateTimeOffset Now, TimeSources Time)
{
    /// <summary>Where the steps begin; computed here, so that the server's time zones do not matter. What is before the first is step 0.</summary>
    public required DateTimeOffset[] Steps { get; init; }

    /// <summary>The person of the scope, if there is one.</summary>
    public NpgsqlParameter[] Person =>
        Scope switch
        {
            ReportScope.Of(var user) => [Sql.Value(user)],
            ReportScope.InSightOf(var user) => [Sql.Value(user)],
            _ => [],
        };

    /// <summary>Parameters 1 and 2: the stretches of time that leads are read of; 3 and 4: those whose days are summed up; 5: the steps.</summary>
    public NpgsqlParameter[] When =>
        [
            Sql.Value(Time.LeadsFrom),
            Sql.Value(Time.LeadsTo),
            Sql.Value(Time.DaysFrom),
            Sql.Value(Time.DaysTo),
            Sql.Value(Steps),
        ];

    /// <summary>The leads to which something happened at that time, past the trash; the person is parameter number <paramref name="person"/>.</summary>
    /// <remarks>The offset keeps PostgreSQL from joining: it would take a ninth of all leads for one stretch, and read them all.</remarks>
    public string FromLeads(string instant, int person) =>
        $"""
            from unnest($1, $2) direct (low, high), lateral (
                select * from leads where {instant} >= low and {instant} < high and deleted_at is null {Whose(
                person
            )} offset 0) leads
            """;

    /// <summary>What was added to the sums of days, and taken away from them, since they were made.</summary>
    public string FromChanges(string fact, int person) =>
        $"""
            from unnest($3, $4) summed (low, high) join report_changes on at >= low and at < high and fact = '{fact}' {Whose(
                person
            )}
            """;

    /// <summary>The scope as a condition.</summary>
    public string Whose(int person) =>
        Scope switch
        {
            ReportScope.Of => $"and assigned_to = ${person}",
            ReportScope.InSightOf => $"and (assigned_to = ${person} or assigned_to is null)",
            _ => "",
        };

    /// <summary>The same of sums.</summary>
    public string WhoseDays(int person) =>
        Scope switch
        {
            ReportScope.Of => $"and owner = ${person}",
            ReportScope.InSightOf => $"and owner in (${person}, '{ReportDay.Nobody}')",
            _ => "",
        };

    /// <summary>Joins emails to their leads; without it, emails to users count as well.</summary>
    public string EmailsOfLeads => Scope is ReportScope.WholeFirm ? "" : "join leads on leads.id = lead_id";
}
