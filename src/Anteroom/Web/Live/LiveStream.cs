using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Anteroom.Live;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Web.Live;

/// <summary>The events that one browser hears.</summary>
internal sealed class LiveStream(Changes changes, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan MadeRoom = TimeSpan.FromMinutes(5);

    /// <summary>
    /// <c>hello</c> first, with the number of unread leads; <c>changed</c> with the numbers of leads (<c>42,43</c>, or <c>*</c> for
    /// anything); <c>beat</c> when there is nothing else to say. Ends with the cookie, the session, the request or the process.
    /// </summary>
    /// <param name="request">Whose session it is.</param>
    /// <param name="user">Who listens.</param>
    /// <param name="since">The mark of what the browser knows: it gets a <c>*</c> at once if it has missed something.</param>
    /// <param name="unread">What the user has not read.</param>
    /// <param name="namesLeads">Whether the user may know which leads have changed.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<SseItem<string>> RunAsync(
        HttpContext request,
        CurrentUser user,
        string? since,
        Unread unread,
        bool namesLeads,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        using var expired = Expiry(request);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            lifetime.ApplicationStopping,
            expired.Token,
            cancellation
        );
        using var listener = new LiveListener(
            user,
            request.User.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType) ?? "",
            request.User.FindFirstValue(CurrentUser.SessionClaim),
            ended.Token
        );
        var mark = changes.Mark;
        changes.Listen(listener, since);
        try
        {
            yield return Event("hello", JsonSerializer.Serialize(unread, JsonSerializerOptions.Web), mark);
            while (!listener.Ended.IsCancellationRequested)
            {
                // Changes from here on are not in the mark.
                mark = changes.Mark;
                Change? change;
                try
                {
                    change = await listener.Changes.TakeAsync(LiveFeature.Beat, listener.Ended);
                }
                catch (OperationCanceledException)
                {
                    break;
                }

                yield return change is null
                    ? Event("beat", "", mark)
                    : Event("changed", namesLeads ? change.ToString() : Change.Everything.ToString(), mark);
            }

            // It would be back at once and push out the next.
            if (listener.IsOneTooMany)
                yield return new SseItem<string>("", "beat") { EventId = mark, ReconnectionInterval = MadeRoom };
        }
        finally
        {
            changes.Leave(listener);
        }
    }

    private static SseItem<string> Event(string name, string data, string mark) =>
        new(data, name) { EventId = mark, ReconnectionInterval = TimeSpan.FromSeconds(1) };

    /// <summary>Ends when the cookie does.</summary>
    private CancellationTokenSource Expiry(HttpContext request)
    {
        var expires = request.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        var left = expires - time.GetUtcNow() ?? TimeSpan.FromHours(1);
        return new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
    }
}
