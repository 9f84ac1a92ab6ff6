using System.Globalization;
using System.Text;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Live;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>What the law lets a person ask for: everything about them as a file, and erasure with a certificate.</summary>
internal static class PrivacyPages
{
    private const int Longest = 200;
    private const int LongestReason = 500;

    public static void MapPrivacyPages(this IEndpointRouteBuilder pages)
    {
        var admin = pages.MapGroup("/admin/privacy").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        admin.MapGet("", ShowAsync);
        admin.MapGet("/person.zip", DownloadAsync);
        admin.MapPost("/erase", EraseAsync);
        admin.MapGet("/certificates/{number:long}", ShowCertificateAsync);
        admin.MapGet("/certificates/{number:long}/certificate.json", DownloadCertificateAsync);
    }

    private static Task<IResult> ShowAsync(
        string? q,
        FindPerson find,
        Certificates certificates,
        HttpContext context,
        CancellationToken cancellation
    ) => PageAsync(q, find, certificates, context, null, cancellation);

    private static async Task<IResult> PageAsync(
        string? q,
        FindPerson find,
        Certificates certificates,
        HttpContext context,
        string? problem,
        CancellationToken cancellation
    ) =>
        Pages.Page<PrivacyPage>(
            new
            {
                Asked = q,
                Leads = IsSearch(q) ? await find.RunAsync(q!, cancellation) : null,
                Certificates = await certificates.ListAsync(cancellation),
                Problem = problem,
                FlashMessage = context.TakeFlash(),
            },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );

    private static async Task<IResult> DownloadAsync(
        string? q,
        FindPerson find,
        ExportPerson export,
        CurrentUser by,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var leads = IsSearch(q) ? await find.RunAsync(q!, cancellation) : [];
        if (leads.Count == 0)
            return ErrorPages.For(StatusCodes.Status404NotFound);
        await export.RecordAsync(leads, by, cancellation);
        return Results.Stream(
            stream => export.WriteAsync(leads, stream, context.RequestAborted),
            "application/zip",
            string.Create(CultureInfo.InvariantCulture, $"person-lead-{leads[0].Number}.zip")
        );
    }

    private static async Task<IResult> EraseAsync(
        [FromForm] IFormCollection form,
        FindPerson find,
        EraseLeads erase,
        Certificates certificates,
        Changes changes,
        CurrentUser by,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var q = form["q"].ToString();
        var reason = form["reason"].ToString().Trim();
        var numbers = form["lead"]
            .Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0)
            .Distinct()
            .ToList();
        var problem =
            numbers.Count is 0 or > FindPerson.Most ? "Choose which leads to erase."
            : reason.Length is 0 or > LongestReason || reason.Any(char.IsControl)
                ? "Say in one line why, without naming the person: it stays on the certificate."
            : form["sure"] != "yes" ? "Confirm that this cannot be undone."
            : null;
        if (problem is null && await erase.RunAsync(numbers, reason, by, cancellation) is { } certificate)
        {
            changes.PublishEverything();
            context.Leave(FlashMessage.PersonErased);
            return Pages.SeeOther(
                string.Create(CultureInfo.InvariantCulture, $"/admin/privacy/certificates/{certificate}")
            );
        }

        return await PageAsync(
            q,
            find,
            certificates,
            context,
            problem ?? "Nothing was erased: these leads are gone already, or on legal hold.",
            cancellation
        );
    }

    private static async Task<IResult> ShowCertificateAsync(
        long number,
        Certificates certificates,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await certificates.FindAsync(number, cancellation) is { } found
            ? Pages.Page<CertificatePage>(new { Shown = found, FlashMessage = context.TakeFlash() })
            : ErrorPages.For(StatusCodes.Status404NotFound);

    private static async Task<IResult> DownloadCertificateAsync(
        long number,
        Certificates certificates,
        CancellationToken cancellation
    ) =>
        await certificates.FindAsync(number, cancellation) is { } found
            ? Results.File(
                Encoding.UTF8.GetBytes(found.Certificate.Document),
                "application/json",
                string.Create(CultureInfo.InvariantCulture, $"certificate-{number}.json")
            )
            : ErrorPages.For(StatusCodes.Status404NotFound);

    private static bool IsSearch(string? q) =>
        !string.IsNullOrWhiteSpace(q) && q.Length <= Longest && !q.Any(char.IsControl);
}
