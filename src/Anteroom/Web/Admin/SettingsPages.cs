using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Firm;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Admin;

/// <summary>Periods of retention to look at, in the address.</summary>
internal sealed record PreviewedDays
{
    /// <summary>Days that resumes and files are kept.</summary>
    public string? Resumes { get; init; }

    /// <summary>Declined and lost leads.</summary>
    public string? Leads { get; init; }

    /// <summary>The trash.</summary>
    public string? Trash { get; init; }

    /// <summary>The audit log.</summary>
    public string? Audit { get; init; }

    /// <summary>With what was not asked for as it is set; what is no number of days keeps things for good.</summary>
    public RetentionOptions Over(RetentionOptions set) =>
        new()
        {
            DeleteResumesAfterDays = Days(Resumes, set.DeleteResumesAfterDays),
            EraseLeadsAfterDays = Days(Leads, set.EraseLeadsAfterDays),
            TrashDays = Days(Trash, set.TrashDays),
            DeleteAuditAfterDays = Days(Audit, set.DeleteAuditAfterDays),
        };

    private static int? Days(string? text, int? set) =>
        text is null ? set
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
        && days <= RetentionOptions.MostDays
            ? days
        : null;
}

/// <summary>The pages on which administrators change settings.</summary>
internal static class SettingsPages
{
    private static readonly SettingSection[] Firm =
    [
        SettingSection.Firm,
        SettingSection.Intake,
        SettingSection.Form,
        SettingSection.Outreach,
        SettingSection.Mail,
    ];
    private static readonly SettingSection[] Retention = [SettingSection.Retention];

    public static void MapSettingsPages(this IEndpointRouteBuilder pages)
    {
        var admin = pages.MapGroup("/admin").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        admin.MapGet("/settings", ShowAsync);
        admin.MapGet("/retention", ShowRetentionAsync);
        admin.MapPost("/settings/{section}", SaveAsync);
        admin.MapPost("/settings/mail/test", TestMailAsync);
        admin.MapPost("/settings/logo", ReplaceLogoAsync);
        admin.MapPost("/settings/logo/remove", RemoveLogoAsync);
    }

    private static async Task<IResult> ShowAsync(
        ReadSettings settings,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<SettingsPage>(
            new { Sections = await settings.RunAsync(Firm, cancellation), FlashMessage = context.TakeFlash() }
        );

    private static async Task<IResult> ShowRetentionAsync(
        [AsParameters] PreviewedDays asked,
        ReadSettings settings,
        PreviewRetention preview,
        IOptions<RetentionOptions> options,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<SettingsPage>(
            new
            {
                Sections = await settings.RunAsync(Retention, cancellation),
                Preview = await preview.RunAsync(asked.Over(options.Value), cancellation),
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> SaveAsync(
        string section,
        [FromForm] IFormCollection form,
        CurrentUser by,
        ChangeSettings change,
        ReadSettings settings,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!WireName.TryParse(section, out SettingSection which) || which == SettingSection.Hours)
            return ErrorPages.For(StatusCodes.Status404NotFound);
        // A form without its version, as from a program, would save everything as empty.
        if (!form.TryGetValue("version", out var version))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        var typed = form.ToDictionary(
            field => field.Key,
            field => (string?)field.Value.ToString(),
            StringComparer.Ordinal
        );
        var sections = which == SettingSection.Retention ? Retention : Firm;
        switch (await change.RunAsync(which, typed, version.ToString(), by, cancellation))
        {
            case ChangeSettingsResult.Invalid invalid:
                return Pages.Page<SettingsPage>(
                    new
                    {
                        Sections = await settings.RunAsync(sections, cancellation),
                        Answered = (SettingSection?)which,
                        Typed = typed,
                        invalid.Errors,
                    },
                    StatusCodes.Status422UnprocessableEntity
                );
            case ChangeSettingsResult.ChangedMeanwhile meanwhile:
                return Pages.Page<SettingsPage>(
                    new
                    {
                        Sections = await settings.RunAsync(sections, cancellation),
                        Answered = (SettingSection?)which,
                        Typed = typed,
                        Conflict = meanwhile.ByName ?? T["Somebody"],
                    },
                    StatusCodes.Status409Conflict
                );
            default:
                context.Leave(FlashMessage.SettingsSaved);
                return Pages.SeeOther(which == SettingSection.Retention ? "/admin/retention" : "/admin/settings");
        }
    }

    private static async Task<IResult> TestMailAsync(
        CurrentUser by,
        TestMailServer test,
        ReadSettings settings,
        CancellationToken cancellation
    )
    {
        var trial = await test.RunAsync(by, cancellation);
        return Pages.Page<SettingsPage>(
            new { Sections = await settings.RunAsync(Firm, cancellation), MailTrial = trial }
        );
    }

    private static async Task<IResult> ReplaceLogoAsync(
        [FromForm] IFormCollection form,
        CurrentUser by,
        Logos logos,
        ReadSettings settings,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var problem = await KeepAsync(form.Files.GetFile("logo"), by, logos, cancellation);
        if (problem is not null)
            return Pages.Page<SettingsPage>(
                new { Sections = await settings.RunAsync(Firm, cancellation), LogoError = problem },
                StatusCodes.Status422UnprocessableEntity
            );
        context.Leave(FlashMessage.LogoSaved);
        return Pages.SeeOther("/admin/settings");
    }

    private static async Task<Sentence?> KeepAsync(
        IFormFile? file,
        CurrentUser by,
        Logos logos,
        CancellationToken cancellation
    )
    {
        if (file is null)
            return Logos.Problem([], out _);
        // One byte more than is taken, so that what is too large is seen to be.
        var content = new byte[Math.Min(file.Length, Logos.MaxBytes + 1)];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(content, cancellation);
        return await logos.ReplaceAsync(content, by, cancellation);
    }

    private static async Task<IResult> RemoveLogoAsync(
        CurrentUser by,
        Logos logos,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await logos.RemoveAsync(by, cancellation);
        context.Leave(FlashMessage.LogoRemoved);
        return Pages.SeeOther("/admin/settings");
    }
}
