using System.Net;
using System.Net.Http.Json;
using Anteroom.Admin;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody wants what is not theirs, or wants it not to be seen.</summary>
public sealed class AuthorizationAttackTests(TestDatabases databases)
{
    private static Task<string[]> LinesAsync(AnteroomApp app, string kind) =>
        app.TextsAsync($"select actor || ' ' || summary from audit where kind = '{kind}' order by id");

    [Fact]
    public async Task Whoever_is_refused_a_page_or_a_call_is_written_down_once_a_minute_with_how_often()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var sam = await app.BearerAsync(Role.Staff, "sam");

        for (var i = 0; i < 20; i++)
            using (var answer = await maria.GetAsync(new Uri("/admin/users/7?x=<script>", UriKind.Relative)))
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        clock.AdjustTime(clock.GetUtcNow().AddSeconds(61));
        using (await maria.GetAsync(new Uri("/admin/audit", UriKind.Relative))) { }

        Assert.Equal(
            [
                "maria was refused GET /admin/users/{number:long}, for which the role is not enough",
                "maria was refused GET /admin/audit, for which the role is not enough (19 more like this since the line before)",
            ],
            await LinesAsync(app, "access_refused")
        );
    }

    [Fact]
    public async Task Tries_to_sign_in_beyond_the_limits_are_written_down_and_never_flood_the_log()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("RateLimits:Enabled", "true")],
            role: "web",
            alone: true
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var client = app.NewClient();
        var throttled = 0;
        for (var i = 0; i < 25; i++)
            using (
                var answer = await client.PostAsJsonAsync(
                    "/api/auth/login/",
                    new { username = "maria", password = $"wrong {i}" }
                )
            )
                throttled += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;

        Assert.InRange(throttled, 10, 25);
        Assert.Single(
            await LinesAsync(app, "sign_in_failed"),
            "Somebody tried to sign in as one account more often than its limit allows"
        );
    }

    [Theory]
    [InlineData("update audit set summary = 'nothing happened'")]
    [InlineData("delete from audit")]
    [InlineData("truncate audit")]
    [InlineData("select set_config('anteroom.removes', 'audit', false); delete from audit")]
    public async Task No_statement_changes_a_line_of_the_audit_log_or_removes_a_young_one(string sql)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        var before = await LinesAsync(app, "user_changed");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => app.ExecuteAsync(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.NotEmpty(before);
        Assert.Equal(before, await LinesAsync(app, "user_changed"));
    }

    [Fact]
    public async Task The_job_removes_old_lines_of_the_audit_log_and_none_younger_than_thirty_days()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Retention:DeleteAuditAfterDays", "1")],
            role: "web"
        );
        await app.ExecuteAsync(
            """
            insert into audit (id, at, actor, kind, summary)
            select ('00000000-0000-7000-8000-' || lpad((1000 - days)::text, 12, '0'))::uuid, now() - days * interval '1 day',
                'Somebody', 'exported', 'day ' || days
            from unnest(array[400, 31, 29, 2, 0]) days
            """
        );

        await app.Services.GetRequiredService<RemoveExpired>().RunAsync(CancellationToken.None);

        Assert.Equal(
            ["Somebody day 0", "Somebody day 2", "Somebody day 29"],
            (await LinesAsync(app, "exported"))
                .OrderBy(line => line.Length)
                .ThenBy(line => line, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Recovery_codes_are_kept_as_hashes_and_those_of_older_versions_become_some()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var (_, codes) = await Authenticator.TurnOnAsync(maria);
        var kept = await app.ValueAsync<string>("select value from user_tokens where name = 'RecoveryCodes'");
        Assert.All(codes, code => Assert.DoesNotContain(code, kept, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(codes.Count, kept.Split(';').Distinct(StringComparer.Ordinal).Count());

        await app.ExecuteAsync(
            $"update user_tokens set value = '{string.Join(';', codes)}' where name = 'RecoveryCodes'"
        );
        using (var old = await Authenticator.GiveCodeAsync(app.NewClient(), codes[0]))
            Assert.Equal("/me", old.Headers.Location?.ToString());
        await app.Services.GetRequiredService<RemoveExpired>().RunAsync(CancellationToken.None);

        kept = await app.ValueAsync<string>("select value from user_tokens where name = 'RecoveryCodes'");
        Assert.All(codes, code => Assert.DoesNotContain(code, kept, StringComparison.OrdinalIgnoreCase));
        using (var again = await Authenticator.GiveCodeAsync(app.NewClient(), codes[0]))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        using var next = await Authenticator.GiveCodeAsync(app.NewClient(), codes[1]);
        Assert.Equal("/me", next.Headers.Location?.ToString());
        Assert.Equal(
            8,
            (await app.ValueAsync<string>("select value from user_tokens where name = 'RecoveryCodes'"))
                .Split(';')
                .Length
        );
    }

    [Theory]
    [InlineData("Firm:AdministratorsNeedSecondFactor", Role.Administrator)]
    [InlineData("Firm:EverybodyNeedsSecondFactor", Role.Staff)]
    public async Task Who_lacks_the_second_factor_that_the_firm_asks_for_sets_it_up_and_can_do_nothing_before(
        string setting,
        Role role
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new(setting, "true")], role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(role, "maria");

        foreach (
            var address in new[] { "/leads", $"/leads/{number}", "/me", "/me/password", "/me/passkeys", "/leads.csv" }
        )
            using (var answer = await maria.GetAsync(new Uri(address, UriKind.Relative)))
                Assert.Equal(
                    (HttpStatusCode.Redirect, "/me/two-factor"),
                    (answer.StatusCode, answer.Headers.Location?.ToString())
                );
        var page = await maria.OpenAsync("/me/two-factor");
        Assert.Contains("Your firm asks for a second factor", page.Body!.Words(), StringComparison.Ordinal);
        var form = page.Form("/me/two-factor/begin");
        form.SetAttribute("action", $"/leads/{number}/notes");
        using (var answer = await maria.SendFormAsync(form, ("text", "A note")))
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using (
            var api = await app.NewClient()
                .PostAsJsonAsync("/api/auth/login/", new { username = "maria", password = AnteroomApp.Password })
        )
        {
            Assert.Equal(HttpStatusCode.BadRequest, api.StatusCode);
            Assert.Contains("code", await api.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await Authenticator.TurnOnAsync(maria);
        await maria.OpenAsync("/leads");

        // Whom the setting does not mean goes on as before.
        using var john = await app.SignedInAsync(Role.Attorney, "john");
        using var leads = await john.GetAsync(new Uri("/leads", UriKind.Relative));
        Assert.Equal(role == Role.Staff ? HttpStatusCode.Redirect : HttpStatusCode.OK, leads.StatusCode);
    }

    [Fact]
    public async Task Pages_for_developers_are_not_there_unless_somebody_asks_for_them()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using var answer = await root.GetAsync(new Uri("/admin/components", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("components", (await root.OpenAsync("/admin")).Body!.InnerHtml, StringComparison.Ordinal);
    }
}
