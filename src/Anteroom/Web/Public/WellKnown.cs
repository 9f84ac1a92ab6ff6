using System.Globalization;
using System.Text;
using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Public;

/// <summary>Section <c>Security</c>.</summary>
internal sealed class SecurityContactOptions
{
    /// <summary>Who is told of a weakness: an email address, or an address that begins with <c>https://</c>. Empty: the sender of the firm's mail.</summary>
    public string? Contact { get; set; }

    /// <summary><see cref="Contact"/> as a URI; null when it is none.</summary>
    public string? ContactUri =>
        Uri.TryCreate(Contact, UriKind.Absolute, out var page) && page.Scheme is "https" or "mailto" ? page.AbsoluteUri
        : EmailAddress.TryParse(Contact ?? "", out _, out _) ? $"mailto:{Contact}"
        : null;
}

/// <summary>Addresses that programs know without being told (RFC 8615); <c>/favicon.ico</c> is a file.</summary>
internal static class WellKnown
{
    private const int DaysValid = 180;

    /// <summary>RFC 9309: the longest rule that fits counts. Search engines look at pages with their styles.</summary>
    private const string Robots = """
        # The form may be found; everything else is for the firm and for those who have a link.
        User-agent: *
        Allow: /$
        Allow: /?lang=
        Allow: /apply$
        Allow: /css/
        Allow: /js/
        Allow: /logo/
        Allow: /firm.css
        Allow: /favicon
        Disallow: /

        """;

    public static void MapWellKnown(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/robots.txt", () => Results.Text(Robots, "text/plain", Encoding.UTF8)).AllowAnonymous();
        pages.MapGet("/.well-known/security.txt", Contact).AllowAnonymous();
        // For password managers (W3C, A Well-Known URL for Changing Passwords); who is not signed in comes back there afterwards.
        pages.MapGet("/.well-known/change-password", () => Results.Redirect("/me/password")).AllowAnonymous();
    }

    /// <summary>RFC 9116.</summary>
    private static IResult Contact(
        IOptions<SecurityContactOptions> security,
        IOptions<MailOptions> mail,
        IOptions<FirmOptions> firm,
        TimeProvider time
    )
    {
        var expires = time.GetUtcNow().UtcDateTime.Date.AddDays(DaysValid);
        var text = new StringBuilder()
            .Append(
                CultureInfo.InvariantCulture,
                $"Contact: {security.Value.ContactUri ?? $"mailto:{mail.Value.Sender.Address}"}\n"
            )
            .Append(CultureInfo.InvariantCulture, $"Expires: {expires:yyyy-MM-dd'T'HH:mm:ss'Z'}\n")
            .Append("Preferred-Languages: en\n");
        if (Uri.TryCreate(firm.Value.PublicUrl, UriKind.Absolute, out var site) && site.Scheme == Uri.UriSchemeHttps)
            text.Append(CultureInfo.InvariantCulture, $"Canonical: {new Uri(site, "/.well-known/security.txt")}\n");
        return Results.Text(text.ToString(), "text/plain", Encoding.UTF8);
    }
}
