using System.Collections.Concurrent;
using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>A subject with both bodies.</summary>
public sealed record MailText(string Subject, string Text, string Html);

/// <summary>
/// Writes emails: with the firm's own text where there is one that can be used, else with the one that comes with the product. It
/// asks no database: <see cref="OwnTemplates"/> keeps the firm's texts in memory.
/// </summary>
public sealed class MailTemplates(OwnTemplates own, UnsubscribeLinks links, IOptions<FirmOptions> firm)
{
    private const string UsualAccent = "#14524b";

    private static readonly ConcurrentDictionary<string, CompiledTemplate> BuiltIn = new(StringComparer.Ordinal);

    /// <summary>Fills in the template of <paramref name="kind"/>. Never fails because of a text of the firm's.</summary>
    /// <param name="kind">The kind; described in <see cref="MailKinds"/>.</param>
    /// <param name="values">
    /// Its merge fields. An automatic email to prospects has <c>email</c> among them, the address it goes to: the link to opt out is made
    /// for it.
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
                // Whatever it is: the prospect gets a good message, and the administrators are shown the reason.
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

    /// <summary>Fills in a template that is not kept: for a preview, or for a bulk email.</summary>
    /// <exception cref="HandlebarsDotNet.HandlebarsException">It is broken; <see cref="TemplateCheck"/> says so before.</exception>
    /// <exception cref="InvalidOperationException">With these values subject or text is empty.</exception>
    /// <param name="facts">What kind of email it is.</param>
    /// <param name="template">The template.</param>
    /// <param name="values">Its merge fields.</param>
    /// <param name="to">The address it goes to; null for a preview, whose link to opt out leads nowhere.</param>
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

    /// <summary>With the firm's colour, which the dress around every email wears.</summary>
    private Dictionary<string, object?> InLayout(IReadOnlyDictionary<string, object?> values) =>
        new(values, StringComparer.Ordinal) { ["accent"] = firm.Value.Accent?.Light ?? UsualAccent };

    private static Dictionary<string, object?> WithUnsubscribeLink(
        IReadOnlyDictionary<string, object?> values,
        string link
    ) => new(values, StringComparer.Ordinal) { ["unsubscribe"] = link };
}
