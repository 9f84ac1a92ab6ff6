using System.Collections.Concurrent;
using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>A subject with both bodies.</summary>
public sealed record MailText(string Subject, string Text, string Html);

/// <summary>
/// Writes emails with the firm's own text if it has a usable one, else with the built-in text. Needs no database:
/// <see cref="OwnTemplates"/> keeps the firm's texts in memory.
/// </summary>
public sealed class MailTemplates(OwnTemplates own, UnsubscribeLinks links, IOptions<FirmOptions> firm)
{
    private const string UsualAccent = "#14524b";

    private static readonly ConcurrentDictionary<string, CompiledTemplate> BuiltIn = new(StringComparer.Ordinal);

    /// <summary>Fills in the template of <paramref name="kind"/>. Never fails because of the firm's own text.</summary>
    /// <param name="kind">The kind; described in <see cref="MailKinds"/>.</param>
    /// <param name="values">
    /// Its merge fields. For an automatic email to a prospect, they include <c>email</c>, the address, for the unsubscribe link.
    /// </param>
    /// <param name="language">The reader's; English for a kind that has no other text.</param>
    public MailText Render(EmailKind kind, IReadOnlyDictionary<string, object?> values, Language language = Language.En)
    {
        values = InLayout(values);
        var facts = kind.Facts(language);
        if (facts.CanBeUnsubscribed)
            values = WithUnsubscribeLink(values, links.For((string)values["email"]!));
        if (own.Find(facts) is { } template)
            try
            {
                return template.Compiled.Render(values);
            }
            catch (Exception error)
            {
                // Whatever it is, the prospect gets a good email and the administrators see the reason.
                own.Report(template, error);
            }

        return BuiltIn
            .GetOrAdd(
                facts.Name,
                static (_, facts) => new CompiledTemplate(BuiltInTemplates.Of(facts), facts.Language),
                facts
            )
            .Render(values);
    }

    /// <summary>Fills in a template that is not stored: for a preview or a bulk email.</summary>
    /// <exception cref="HandlebarsDotNet.HandlebarsException">It is broken; <see cref="TemplateCheck"/> says so before.</exception>
    /// <exception cref="InvalidOperationException">With these values subject or text is empty.</exception>
    /// <param name="facts">What kind of email it is.</param>
    /// <param name="template">The template.</param>
    /// <param name="values">Its merge fields.</param>
    /// <param name="to">The recipient's address; null for a preview, whose unsubscribe link leads nowhere.</param>
    internal MailText Render(
        MailKindFacts facts,
        CompiledTemplate template,
        IReadOnlyDictionary<string, object?> values,
        string? to
    ) =>
        template.Render(
            facts.CanBeUnsubscribed
                ? WithUnsubscribeLink(InLayout(values), to is null ? links.Example : links.For(to))
                : InLayout(values)
        );

    /// <summary>Adds the firm's color, for the layout around every email.</summary>
    private Dictionary<string, object?> InLayout(IReadOnlyDictionary<string, object?> values) =>
        new(values, StringComparer.Ordinal) { ["accent"] = firm.Value.Accent?.Light ?? UsualAccent };

    private static Dictionary<string, object?> WithUnsubscribeLink(
        IReadOnlyDictionary<string, object?> values,
        string link
    ) => new(values, StringComparer.Ordinal) { ["unsubscribe"] = link };
}
