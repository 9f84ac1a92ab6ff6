namespace Anteroom.Web.Workspace.Details;

/// <summary>A request about one lead, with the ways to answer it.</summary>
internal sealed record LeadRequest(long Number, CurrentUser User, LeadScreen Screen, CancellationToken Cancellation)
{
    /// <summary>Back to the lead's page, which says what was done.</summary>
    public IResult Back(FlashMessage flash) => Screen.BackTo(Number, flash);

    /// <summary>The page with what was typed and what is wrong with it.</summary>
    public Task<IResult> AgainAsync(Composer composer) => Screen.ShowAsync(Number, User, Cancellation, composer);

    public Task<IResult> RefuseAsync(
        Conflict conflict,
        Composer? composer = null,
        int status = StatusCodes.Status409Conflict
    ) => Screen.ShowAsync(Number, User, Cancellation, composer, conflict, status);

    /// <summary>The page with what was typed and why it was refused.</summary>
    public Task<IResult> RefusedAsync(Refusal refusal, Composer? composer = null) =>
        Screen.RefusedAsync(Number, User, refusal, Cancellation, composer);

    /// <summary>The page with the question whether the welcome email goes out now.</summary>
    public Task<IResult> AskAboutWelcomeAsync(Guid attorney) =>
        Screen.ShowAsync(
            Number,
            User,
            Cancellation,
            new Composer { Attorney = attorney },
            new Conflict(
                "Assigning now sends the welcome email.",
                "Nothing was changed. No one has written in time: choose below whether the email goes out in the attorney's name."
            ),
            StatusCodes.Status409Conflict
        );

    public Task<IResult> MissingAsync() => Screen.MissingAsync(Number, User, Cancellation);
}
