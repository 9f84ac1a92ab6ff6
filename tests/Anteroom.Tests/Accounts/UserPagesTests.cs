using System.Net;
using AngleSharp.Html.Dom;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>What an administrator does with users.</summary>
[Trait("Category", "Slow")]
public sealed class UserPagesTests(TestDatabases databases)
{
    private const string NewPassword = "a brand new password of mine";

    private static async Task<HttpResponseMessage> InviteAsync(
        HttpClient admin,
        string fullName = "Daniel Okafor",
        string email = "daniel@firm.example",
        string userName = "daniel",
        string role = "attorney"
    )
    {
        var page = await admin.OpenAsync("/admin/users");
        return await admin.SendFormAsync(
            page.Form("/admin/users"),
            ("full_name", fullName),
            ("email", email),
            ("username", userName),
            ("role", role)
        );
    }

    private static async Task<HttpResponseMessage> ChangeAsync(
        HttpClient admin,
        long number,
        string what,
        params (string, string)[] values
    )
    {
        var page = await admin.OpenAsync("/admin/users");
        // Any form of the page brings the antiforgery token; the one in question may not be offered.
        var form = page.Form("/admin/users");
        form.SetAttribute("action", $"/admin/users/{number}/{what}");
        return await admin.SendFormAsync(form, values);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
        return answer.StatusCode;
    }

    [Fact]
    public async Task Somebody_invited_sets_a_password_by_the_link_in_the_mail_and_is_signed_in()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        using (var invited = await InviteAsync(admin))
            Assert.Equal(HttpStatusCode.SeeOther, invited.StatusCode);
        Assert.Equal(
            "invitation daniel@firm.example Daniel Okafor",
            await app.ValueAsync<string>(
                "select concat_ws(' ', kind, to_address, to_name) from emails where lead_id is null"
            )
        );
        Assert.Contains("Invited", (await admin.OpenAsync("/admin/users")).Body!.Words(), StringComparison.Ordinal);

        using var daniel = app.NewClient();
        var link = await app.LinkAsync("invitation");
        using (var weak = await daniel.SetPasswordAsync(link, "short"))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.StatusCode);
            Assert.Contains(
                "10",
                (await weak.PageAsync()).QuerySelector("#f-password-error")!.Words(),
                StringComparison.Ordinal
            );
        }
        using (var set = await daniel.SetPasswordAsync(link, NewPassword))
            Assert.Equal("/leads", set.Headers.Location!.ToString());

        await daniel.OpenAsync("/leads");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(daniel, "/admin/users"));
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(app.Client, link));
        using var again = await app.NewClient().SignInAsync("daniel", NewPassword);
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    [Fact]
    public async Task An_invitation_that_cannot_be_sent_says_why_beside_each_field_and_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        using var wrong = await InviteAsync(admin, fullName: "", email: "nonsense", userName: "", role: "emperor");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        var page = await wrong.PageAsync();
        Assert.NotEmpty(page.QuerySelector("#f-full-name-error")!.Words());
        Assert.NotEmpty(page.QuerySelector("#f-role-error")!.Words());
        using var taken = await InviteAsync(admin, email: "RUTH@firm.example", userName: "Ruth");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.StatusCode);
        page = await taken.PageAsync();
        Assert.Contains("taken", page.QuerySelector("#f-email-error")!.Words(), StringComparison.Ordinal);
        Assert.Contains("taken", page.QuerySelector("#f-username-error")!.Words(), StringComparison.Ordinal);
        Assert.Equal("RUTH@firm.example", ((IHtmlInputElement)page.QuerySelector("#f-email")!).Value);

        Assert.Equal(1, await app.CountAsync("users"));
        Assert.Equal(0, await app.CountAsync("emails"));
    }

    [Fact]
    public async Task Deactivating_signs_out_everywhere_at_once_on_every_node()
    {
        var database = await databases.CreateAsync();
        await using var app = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await using var other = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        using var elsewhere = other.NewClient();
        using (await elsewhere.SignInAsync("maria", AnteroomApp.Password)) { }
        await elsewhere.OpenAsync("/leads");
        await app.ValueAsync<int>(
            $"""
            with one as (insert into api_tokens values ('\x01', '{maria.Id}', now()) returning 1)
            insert into refresh_tokens (hash, user_id, family, stamp, created_at, expires_at)
            select '\x02', '{maria.Id}', gen_random_uuid(), 'x', now(), now() + '1 day' from one returning 1
            """
        );

        using (var done = await ChangeAsync(admin, await NumberAsync(app, "maria"), "access", ("active", "false")))
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);

        Assert.Equal(HttpStatusCode.Found, await StatusAsync(elsewhere, "/leads"));
        Assert.Equal(0, await app.CountAsync("api_tokens"));
        Assert.Equal(0, await app.CountAsync("refresh_tokens"));
        using var signIn = await other.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, signIn.StatusCode);

        using (await ChangeAsync(admin, await NumberAsync(app, "maria"), "access", ("active", "true"))) { }
        Assert.Equal(HttpStatusCode.Found, await StatusAsync(elsewhere, "/leads"));
        using var back = await other.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, back.StatusCode);
    }

    [Fact]
    public async Task A_role_counts_from_the_next_request_on()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(maria, "/admin/users"));

        using (await ChangeAsync(admin, await NumberAsync(app, "maria"), "role", ("role", "administrator"))) { }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(maria, "/admin/users"));

        using (await ChangeAsync(admin, await NumberAsync(app, "maria"), "role", ("role", "attorney"))) { }
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(maria, "/admin/users"));
    }

    [Theory]
    [InlineData("access", "active", "false")]
    [InlineData("role", "role", "staff")]
    public async Task Nobody_shuts_themselves_out(string what, string name, string value)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        using var last = await ChangeAsync(admin, await NumberAsync(app, "ruth"), what, (name, value));
        Assert.Equal(HttpStatusCode.Conflict, last.StatusCode);
        Assert.Contains(
            "last active administrator",
            (await last.PageAsync()).QuerySelector("[role=alert]")!.Words(),
            StringComparison.Ordinal
        );

        await app.CreateUserAsync(Role.Administrator, "daniel");
        using var own = await ChangeAsync(admin, await NumberAsync(app, "ruth"), what, (name, value));
        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Contains(
            "your own account",
            (await own.PageAsync()).QuerySelector("[role=alert]")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            2,
            await app.ValueAsync<long>("select count(*) from users where active and role = 'administrator'")
        );
    }

    [Theory]
    [InlineData("access", "active", "false")]
    [InlineData("role", "role", "attorney")]
    public async Task Of_administrators_who_remove_one_another_at_once_one_stays(string what, string name, string value)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        using var daniel = await app.SignedInAsync(Role.Administrator, "daniel");
        var (first, second) = (await NumberAsync(app, "ruth"), await NumberAsync(app, "daniel"));
        var forms = await Task.WhenAll(ruth.OpenAsync("/admin/users"), daniel.OpenAsync("/admin/users"));

        // Both rows are held until both requests wait for them.
        await using var holder = await app.Database.OpenConnectionAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await using (var lockThem = holder.CreateCommand())
        {
            lockThem.CommandText = "select 1 from users for update";
            await lockThem.ExecuteNonQueryAsync();
        }
        var both = new[] { (ruth, forms[0], second), (daniel, forms[1], first) }
            .Select(act =>
            {
                var form = act.Item2.Form("/admin/users");
                form.SetAttribute("action", $"/admin/users/{act.Item3}/{what}");
                return act.Item1.SendFormAsync(form, (name, value));
            })
            .ToList();
        await app.WaitUntilAsync(
            "select count(*) = 2 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        );
        await hold.CommitAsync();
        var answers = await Task.WhenAll(both);

        Assert.Equal(
            [HttpStatusCode.SeeOther, HttpStatusCode.Conflict],
            answers.Select(answer => answer.StatusCode).Order()
        );
        Assert.Equal(
            1,
            await app.ValueAsync<long>("select count(*) from users where active and role = 'administrator'")
        );
    }

    [Fact]
    public async Task A_password_link_goes_to_active_users_only()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");
        await app.CreateUserAsync(Role.Attorney, "maria");
        var number = await NumberAsync(app, "maria");

        using (var sent = await ChangeAsync(admin, number, "password-link"))
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var link = await app.LinkAsync("password_reset");
        using (await ChangeAsync(admin, number, "access", ("active", "false"))) { }

        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(app.Client, link));
        using var refused = await ChangeAsync(admin, number, "password-link");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(1, await app.CountAsync("emails"));
    }

    [Fact]
    public async Task A_user_that_does_not_exist_is_not_found()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(admin, "/admin/users/99"));
        foreach (var what in new[] { "role", "access", "password-link", "two-factor" })
            using (var answer = await ChangeAsync(admin, 99, what, ("role", "staff"), ("active", "true")))
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<long> NumberAsync(AnteroomApp app, string userName) =>
        app.ValueAsync<long>($"select number from users where user_name = '{userName}'");
}
