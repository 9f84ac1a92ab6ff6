using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Live;

namespace Anteroom.Web.Live;

/// <summary>Keeps open pages current: <c>/live</c> tells them that leads have changed.</summary>
internal static class LiveFeature
{
    /// <summary>How long a stream may be silent: less than the minute after which most proxies give up.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    /// <summary>Adds the messages between nodes; and, when this process serves pages, what the stream needs.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services, bool serve)
    {
        services.AddSingleton<Changes>();
        services.AddHostedService(provider => provider.GetRequiredService<Changes>());
        services.AddSingleton<EndListeners>();
        services.AddSingleton<LiveStream>();
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
        return TypedResults.Ok(await unread.ReadAsync(user, cancellation));
    }

    /// <summary>A client that sends a mark, from its page or as <c>Last-Event-ID</c>, is told if it has missed something.</summary>
    private static async Task<IResult> ListenAsync(
        HttpContext context,
        CurrentUser user,
        string? since,
        LiveStream stream,
        LeadsInSight inSight,
        UnreadLeads unread,
        CancellationToken cancellation
    )
    {
        var news = await unread.ReadAsync(user, cancellation);
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx
        if (context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last])
            since = last;
        return TypedResults.ServerSentEvents(
            stream.RunAsync(context, user, since, news, namesLeads: !inSight.IsRestricted(user), cancellation)
        );
    }
}
