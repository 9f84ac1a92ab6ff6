using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Firm;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Admin;

/// <summary>The page of the firm's hours and holidays.</summary>
internal static class HoursPages
{
    private static readonly SettingSection[] Section = [SettingSection.Hours];

    public static void MapHoursPages(this IEndpointRouteBuilder pages)
    {
        var admin = pages.MapGroup("/admin").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        admin.MapGet("/hours", ShowAsync);
        admin.MapPost("/hours", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(
        ReadSettings settings,
        IOptions<FirmOptions> firm,
        TimeProvider time,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var section = (await settings.RunAsync(Section, cancellation))[0];
        return Pages.Page<HoursPage>(
            new
            {
                Section = section,
                Form = HoursForm.Of(section, LocalDays.DayOf(time.GetUtcNow(), firm.Value.Zone).Year),
                FlashMessage = context.TakeFlash(),
            }
        );
    }

    /// <summary>Saves; or changes the form and shows it again, as its other buttons ask for.</summary>
    private static async Task<IResult> SaveAsync(
        [FromForm] IFormCollection form,
        CurrentUser by,
        ChangeSettings change,
        ReadSettings settings,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!form.TryGetValue("version", out var version))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        var typed = HoursForm.Of(form);
        switch (form["do"].ToString())
        {
            case "weekdays":
                return await ShowAgainAsync(
                    typed.WithMondayUntilFriday(),
                    said: T["Monday’s hours stand on the other weekdays. Save to use them."]
                );
            case "rows":
                return await ShowAgainAsync(typed.WithMoreRows());
            case "fill"
                when int.TryParse(form["fill_year"], CultureInfo.InvariantCulture, out var year)
                    && year is > 1970 and < 9999:
                var filled = typed.WithFederal(year, out var added);
                return await ShowAgainAsync(
                    filled,
                    said: added == 0
                        ? T["All federal holidays of {0} are there already.", year]
                        : T.Many(
                            added,
                            "1 day of {1} is filled in. Take away those on which you work, and save.",
                            "{0} days of {1} are filled in. Take away those on which you work, and save.",
                            year
                        )
                );
            case var remove
                when remove.StartsWith("remove-", StringComparison.Ordinal)
                    && int.TryParse(remove["remove-".Length..], CultureInfo.InvariantCulture, out var row):
                return await ShowAgainAsync(
                    typed.Without(row),
                    said: T["The day is taken off the list. Save to use it."]
                );
        }

        var errors = new FieldErrors();
        var values = typed.ToSettings(errors);
        if (!errors.IsEmpty)
            return await ShowAgainAsync(typed, errors, status: StatusCodes.Status422UnprocessableEntity);
        switch (await change.RunAsync(SettingSection.Hours, values, version.ToString(), by, cancellation))
        {
            case ChangeSettingsResult.Invalid invalid:
                return await ShowAgainAsync(typed, invalid.Errors, status: StatusCodes.Status422UnprocessableEntity);
            case ChangeSettingsResult.ChangedMeanwhile meanwhile:
                return await ShowAgainAsync(
                    typed,
                    conflict: meanwhile.ByName ?? T["Somebody"],
                    status: StatusCodes.Status409Conflict
                );
            default:
                context.Leave(FlashMessage.HoursSaved);
                return Pages.SeeOther("/admin/hours");
        }

        async Task<IResult> ShowAgainAsync(
            HoursForm shown,
            FieldErrors? errors = null,
            string? said = null,
            string? conflict = null,
            int status = StatusCodes.Status200OK
        )
        {
            var section = (await settings.RunAsync(Section, cancellation))[0];
            return Pages.Page<HoursPage>(
                new
                {
                    // What was typed against what it was typed over; after a conflict, against what is there now.
                    Section = conflict is null ? section with { Version = version.ToString() } : section,
                    Form = shown,
                    Errors = errors ?? new FieldErrors(),
                    Said = said,
                    Conflict = conflict,
                },
                status
            );
        }
    }
}
