using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Live;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Web.Live;

/// <summary>Open pages follow what happens: <c>/live</c> tells them that leads have changed.</summary>
public static class LiveFeature
{
    /// <summary>How long a stream may be silent: less than the minute after which most proxies give up.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan MadeRoom = TimeSpan.FromMinutes(5);

    /// <summary>Adds the messages between nodes; and, when this process serves pages, what the stream needs.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services, bool serve)
    {
        services.AddSingleton<Changes>();
        services.AddHostedService(provider => provider.GetRequiredService<Changes>());
        services.AddSingleton<EndListeners>();
        services.AddScoped<UnreadLeads>();
        if (serve)
            services.AddHostedService(provider => provider.GetRequiredService<EndListeners>());
        return services;
    }

    /// <summary>Maps the stream of server-sent events (HTML Standard, section 9.2) for people of the firm.</summary>
    public static void MapLive(this IEndpointRouteBuilder app) =>
        app.MapGroup(LiveRequests.Address).RequireAuthorization(Rights.WorkLeads).ExcludeFromDescription().MapEvents();

    private static void MapEvents(this RouteGroupBuilder live)
    {
        live.MapGet("", ListenAsync);
        live.MapGet("/unread", CountAsync);
    }

    private static async Task<IResult> CountAsync(
        CurrentUser user,
        UnreadLeads unread,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(new Unread(await unread.CountAsync(user, cancellation)));
    }

    /// <summary>
    /// Events: <c>hello</c> first, with the number of unread leads, <c>changed</c> with the numbers of leads (<c>42,43</c>, or <c>*</c> for anything), <c>beat</c> when there is
    /// nothing else to say. Who names a mark, of a page or by <c>Last-Event-ID</c>, and missed something, gets a <c>*</c> at once.
    /// </summary>
    private static async Task<IResult> ListenAsync(
        HttpContext context,
        CurrentUser user,
        string? since,
        Changes changes,
        LeadsInSight inSight,
        UnreadLeads unread,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var count = await unread.CountAsync(user, cancellation);
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx
        if (context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last])
            since = last;
        var stream = StreamAsync(
            context,
            user,
            since,
            changes,
            namesLeads: !inSight.IsRestricted(user),
            count,
            lifetime,
            time,
            cancellation
        );
        return TypedResults.ServerSentEvents(stream);
    }

    private static async IAsyncEnumerable<SseItem<string>> StreamAsync(
        HttpContext context,
        CurrentUser user,
        string? since,
        Changes changes,
        bool namesLeads,
        int unread,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        using var expired = Expiry(context, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            lifetime.ApplicationStopping,
            expired.Token,
            cancellation
        );
        using var listener = new LiveListener(
            user,
            context.User.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType) ?? "",
            context.User.FindFirstValue(CurrentUser.SessionClaim),
            ended.Token
        );
        var mark = changes.Mark;
        changes.Listen(listener, since);
        try
        {
            yield return Event("hello", JsonSerializer.Serialize(new Unread(unread), JsonSerializerOptions.Web), mark);
            while (!listener.Ended.IsCancellationRequested)
            {
                // What is told from here on is not in the mark.
                mark = changes.Mark;
                Change? change;
                try
                {
                    change = await listener.Changes.TakeAsync(Beat, listener.Ended);
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
    private static CancellationTokenSource Expiry(HttpContext context, TimeProvider time)
    {
        var expires = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        var left = expires - time.GetUtcNow() ?? TimeSpan.FromHours(1);
        return new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
    }
}
