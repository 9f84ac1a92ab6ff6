using Anteroom.Mail;
using Anteroom.Work;

namespace Anteroom.Admin;

/// <summary>Which queue: the e-mails of a kind, or the other work of a kind.</summary>
/// <param name="Table"><c>emails</c> or <c>work</c>.</param>
/// <param name="Kind">The kind's name in the table.</param>
public sealed record QueueName(string Table, string Kind)
{
    /// <summary>The table of the outbox.</summary>
    public const string Emails = "emails";

    /// <summary>The table of other work.</summary>
    public const string Work = "work";

    /// <summary>What people call it.</summary>
    public string Label =>
        WireName.TryParse(Kind, out EmailKind email) && Table == Emails ? Capital(email.ToLabel())
        : WireName.TryParse(Kind, out WorkKind work) && Table == Work ? work.ToLabel()
        : Kind;

    /// <summary><c>emails.welcome</c>, as it stands in addresses.</summary>
    public override string ToString() => $"{Table}.{Kind}";

    /// <summary>Reads <see cref="ToString"/>; null when there is no such queue.</summary>
    public static QueueName? Parse(string? text) =>
        text?.Split('.') switch
        {
            [Emails, var kind] when WireName.TryParse(kind, out EmailKind _) => new(Emails, kind),
            [Work, var kind] when WireName.TryParse(kind, out WorkKind _) => new(Work, kind),
            _ => null,
        };

    private static string Capital(string text) => string.Concat(text[..1].ToUpperInvariant(), text.AsSpan(1));
}
