using System.Collections.Concurrent;
using System.Collections.Frozen;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>A usable text of the firm's own.</summary>
internal sealed record OwnTemplate(
    MailKindFacts Facts,
    TemplateSource Source,
    DateTimeOffset ChangedAt,
    CompiledTemplate Compiled
);

/// <summary>
/// The firm's own texts in memory, so that a submission need not read them. A text that fails <see cref="TemplateCheck"/>, as a row of an
/// older version may, is skipped in favor of the built-in text.
/// </summary>
public sealed partial class OwnTemplates(
    NpgsqlDataSource database,
    WorkSignal signal,
    TimeProvider time,
    ILogger<OwnTemplates> logger
) : RefreshedCache(signal, WorkSignal.Templates)
{
    private readonly ConcurrentDictionary<string, (OwnTemplate Template, string Reason)> _failures = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, DateTimeOffset> _complained = new(StringComparer.Ordinal);
    private FrozenDictionary<string, OwnTemplate> _usable = FrozenDictionary<string, OwnTemplate>.Empty;

    /// <summary>The firm's own text of a kind in its language; null when there is none that can be used.</summary>
    internal OwnTemplate? Find(MailKindFacts facts) => Volatile.Read(ref _usable).GetValueOrDefault(facts.Name);

    /// <summary>Remembers that a text failed for an email, for administrators to see. Does not wait for the database.</summary>
    internal void Report(OwnTemplate template, Exception error)
    {
        Log.Failed(logger, template.Facts.Name, error);
        _failures[template.Facts.Name] = (template, error.Message);
        Ring();
    }

    /// <summary>Records which texts failed, then reads all texts again.</summary>
    public override async Task RefreshAsync(CancellationToken cancellation)
    {
        await WriteFailuresAsync(cancellation);
        var before = Volatile.Read(ref _usable);
        var now = new Dictionary<string, OwnTemplate>(StringComparer.Ordinal);
        var rows = await database.QueryAsync<Row>(
            "select kind, subject, text, html, changed_at from mail_templates",
            cancellation
        );
        foreach (var (kind, subject, text, html, changedAt) in rows)
        {
            // A kind of a newer version than this one.
            if (MailKinds.Find(kind) is not { } facts)
                continue;
            var source = new TemplateSource(subject, text, html);
            if (before.GetValueOrDefault(facts.Name) is { } known && known.Source == source)
                now[facts.Name] = known with { ChangedAt = changedAt };
            else if (TemplateCheck.Check(source, facts, out var compiled) is [var problem, ..])
                Complain(facts.Name, changedAt, problem);
            else
                now[facts.Name] = new OwnTemplate(facts, source, changedAt, compiled!);
        }

        Volatile.Write(ref _usable, now.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private sealed record Row(string Kind, string Subject, string Text, string Html, DateTimeOffset ChangedAt);

    /// <inheritdoc />
    protected override void LogNotRead(Exception error) => Log.NotRead(logger, error);

    private void Complain(string name, DateTimeOffset changedAt, TemplateProblem problem)
    {
        // Once, not twice a minute.
        if (_complained.TryGetValue(name, out var before) && before == changedAt)
            return;
        _complained[name] = changedAt;
        Log.Unusable(logger, name, problem.ToString());
    }

    private async Task WriteFailuresAsync(CancellationToken cancellation)
    {
        foreach (var (name, failure) in _failures)
        {
            await using var command = database.CreateCommand(
                "update mail_templates set failure = $1, failed_at = $2 where kind = $3 and changed_at = $4"
            );
            command.Parameters.Add(Sql.Value(failure.Reason));
            command.Parameters.Add(Sql.Value(time.GetUtcNow()));
            command.Parameters.Add(Sql.Value(name));
            command.Parameters.Add(Sql.Value(failure.Template.ChangedAt));
            await command.ExecuteNonQueryAsync(cancellation);
            _failures.TryRemove(KeyValuePair.Create(name, failure));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "The firm's own text of the {Name} email failed; the product's own text was sent instead"
        )]
        public static partial void Failed(ILogger logger, string name, Exception error);

        [LoggerMessage(
            2,
            LogLevel.Error,
            "The firm's own text of the {Name} email cannot be used, the product's own is sent instead: {Problem}"
        )]
        public static partial void Unusable(ILogger logger, string name, string problem);

        [LoggerMessage(
            3,
            LogLevel.Warning,
            "The firm's own texts of emails could not be read; those known stay in use"
        )]
        public static partial void NotRead(ILogger logger, Exception error);
    }
}
