using System.Globalization;
using Anteroom.Mail;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web;

/// <summary>An email as the editors of templates and of mailings send it.</summary>
internal sealed record PostedMail
{
    [FromForm]
    public string? Subject { get; init; }

    [FromForm]
    public string? Text { get; init; }

    [FromForm]
    public string? Html { get; init; }

    /// <summary>The number of the lead whose values fill the preview.</summary>
    [FromForm]
    public string? Lead { get; init; }

    /// <summary>The version the writer began with.</summary>
    [FromForm]
    public string? Version { get; init; }

    public TemplateSource ToSource() => TemplateSource.Clean(Subject, Text, Html);

    /// <summary>The number in what was typed; 0, which no lead has, when there is none in it; null when nothing was typed.</summary>
    public static long? LeadIn(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null
        : long.TryParse(typed.Trim().TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
        : 0;
}
