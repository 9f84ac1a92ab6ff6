using System.Globalization;
using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using Anteroom.Leads;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Leads.Importing;

/// <summary>An administrator imports a file: says what its columns mean, sees what becomes of each row, writes, and takes it back.</summary>
public sealed class FileImportTests(TestDatabases databases)
{
    private const string People = """
        First name;Surname;E-mail;Telephone;Stage;Received on;Lawyer;Notes;Shoe size
        Ada;Lovelace;ada@example.com;+1 212 555 0100;Client;2024-03-14;maria;Knows Babbage;38
        Ben;;ben@example.com;;;14.3.2024 15:09;;;
        ;Cher;;+1 212 555 0111;pending;;;;
        Dan;Byrd;nobody;;Lost in space;2999-01-01;nobody;;
        """;

    [Fact]
    public async Task A_file_is_looked_at_row_by_row_before_anything_is_written()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria", "Maria Mitchell");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");

        var page = await UploadAsync(ruth, People);
        Assert.Equal(
            ["first_name", "last_name", "email", "phone", "status", "created_at", "assigned_to", "note", ""],
            Chosen(page)
        );
        Assert.Contains("Ada · Ben", page.Body!.TextContent, StringComparison.Ordinal);
        page = await CheckAsync(app, ruth, page);

        Assert.Equal(0, await app.CountAsync("leads"));
        Assert.Equal(("3", "0", "0", "1"), Figures(page));
        var refused = page.QuerySelectorAll(".import-rows tbody tr").Single().Words();
        Assert.StartsWith("5 Dan · Byrd · nobody · Lost in space", refused, StringComparison.Ordinal);
        Assert.Contains("Email:", refused, StringComparison.Ordinal);
        Assert.Contains(
            "Status: “Lost in space” is none of Registered, Reached out, Consultation, Retained, Declined, Lost.",
            refused,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Received on: “2999-01-01” is no date in the past, such as 2026-03-14 or 3/14/2026.",
            refused,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Assigned to: There is no attorney “nobody”. Invite them first, or do not take this column.",
            refused,
            StringComparison.Ordinal
        );

        page = await WriteAsync(app, ruth, page);

        Assert.Equal(("3", "0", "0", "1"), Figures(page));
        Assert.Equal(
            [
                "Ada Lovelace ada@example.com +12125550100 retained 2024-03-14 00:00 maria f",
                "Ben  ben@example.com - reached_out 2024-03-14 15:09 - f",
                "Cher   +12125550111 registered now - t",
            ],
            await app.TextsAsync(
                """
                select concat_ws(' ', first_name, last_name, leads.email, coalesce(phone_e164, '-'), status,
                    case when leads.created_at > now() - interval '1 hour' then 'now' else to_char(leads.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') end,
                    coalesce(user_name, '-'), needs_call)
                from leads left join users on users.id = assigned_to order by leads.number
                """
            )
        );
        Assert.Equal(["Knows Babbage"], await app.TextsAsync("select summary from activities where kind = 'note'"));
        Assert.Equal(3, await app.CountAsync("activities where kind = 'imported' and actor = 'ruth'"));
        // They are not new.
        Assert.Equal(0, await app.CountAsync("outbox"));
        Assert.Equal(0, await app.CountAsync("work where kind <> 'import'"));
        // What was taken in is not kept a second time; what was refused is, to be put right.
        Assert.Equal(1, await app.CountAsync("import_rows where cells is not null"));
        var csv = await ruth.GetStringAsync(
            new Uri(page.QuerySelector("a[download]")!.GetAttribute("href")!, UriKind.Relative)
        );
        Assert.Contains("Dan,Byrd,nobody,,Lost in space,2999-01-01,nobody,,,5,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Giving_an_imported_lead_to_somebody_sends_no_welcome()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Outreach:After"] = "00:00:00" }
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        var page = await UploadAsync(ruth, "Name,Email,Status\nAda Lovelace,ada@example.com,registered\n");
        page = await PostAsync(
            ruth,
            page.Form("/admin/imports", form => form.Action.EndsWith("/check", StringComparison.Ordinal)),
            Mapping(page)
        );
        await app.WaitUntilAsync("select state = 'checked' from imports");
        page = await ruth.OpenAsync(await AddressAsync(app));
        await PostAsync(
            ruth,
            page.Form("/admin/imports", form => form.Action.EndsWith("/write", StringComparison.Ordinal))
        );
        await app.WaitUntilAsync("select state = 'done' from imports");

        var number = await app.ValueAsync<long>("select number from leads");
        var lead = await ruth.OpenAsync(string.Create(CultureInfo.InvariantCulture, $"/leads/{number}"));
        var maria = await app.ValueAsync<string>("select id::text from users where user_name = 'maria'");
        using (
            var given = await ruth.SendFormAsync(
                lead.Form(string.Create(CultureInfo.InvariantCulture, $"/leads/{number}/assign")),
                ("assigned_to", maria),
                ("user", maria)
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, given.StatusCode);

        await app.WaitUntilAsync("select count(*) = 1 from leads where assigned_to is not null");
        await app.WaitUntilAsync("select not exists (select from work where state in ('queued', 'working'))");
        Assert.Equal(0, await app.CountAsync("outbox where kind in ('welcome', 'confirmation', 'firm_welcome')"));
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
    }

    [Fact]
    public async Task The_same_file_twice_is_once_and_after_it_was_taken_back_it_is_new()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        const string file =
            "Name,Email\nAda Lovelace,ada@example.com\nAda Lovelace,ada@example.com\nBen Byrd,ben@example.com\n";
        var first = await ImportAsync(app, ruth, file, ("duplicates", "new"));
        Assert.Equal(("3", "0", "0", "0"), Figures(first));

        var again = await UploadAsync(ruth, file);
        Assert.Contains("This very file was imported before", again.Body!.TextContent, StringComparison.Ordinal);
        again = await CheckAsync(app, ruth, again, ("duplicates", "new"));

        Assert.Equal(("0", "0", "3", "0"), Figures(again));
        Assert.Contains("Imported before, as lead 1.", again.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(3, await app.CountAsync("leads"));

        var back = await RevertAsync(app, ruth, first);
        Assert.Contains("What was taken back", back.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("leads"));
        Assert.Equal(0, await app.ValueAsync<long>("select coalesce(sum(leads), 0)::bigint from lead_counts"));
        Assert.Equal(("3", "0", "0", "0"), Figures(await ImportAsync(app, ruth, file, ("duplicates", "new"))));
    }

    [Fact]
    public async Task Whether_a_duplicate_is_left_out_added_or_changes_the_lead_is_decided_before_anything_is_written()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        await new Prospect { Email = "ada@example.com", Message = "In my own words." }.IsAcceptedAsync(app);
        await new Prospect { Email = "ben@example.com" }.IsAcceptedAsync(app);
        await new Prospect { Email = "cy@example.com" }.IsAcceptedAsync(app);
        const string file = """
            Name,Email,Phone,Message
            Ada King,ADA@example.com,+1 212 555 0100,Other words
            Ben Byrd,ben@example.com,,
            Cy Young,cy@example.com,,
            New One,new@example.com,,
            New Again,New@example.com,,
            """;

        var page = await CheckAsync(app, ruth, await UploadAsync(ruth, file), ("duplicates", "skip"));
        Assert.Equal(("1", "0", "4", "0"), Figures(page));
        Assert.Contains("The same person as in row 5.", page.Body!.TextContent, StringComparison.Ordinal);
        page = await PostAsync(
            ruth,
            page.Form("/admin/imports", form => form.Action.EndsWith("/decide", StringComparison.Ordinal)),
            ("row-2", "update"),
            ("row-3", "new"),
            ("row-4", "skip")
        );
        Assert.Equal(("2", "1", "2", "0"), Figures(page));
        page = await WriteAsync(app, ruth, page);

        Assert.Equal(("2", "1", "2", "0"), Figures(page));
        Assert.Equal(
            [
                "1 Ada King ADA@example.com +12125550100 In my own words. ada king ada@example.com",
                "4 Ben Byrd ben@example.com   ben byrd ben@example.com",
                "5 New One new@example.com   new one new@example.com",
            ],
            await app.TextsAsync(
                "select concat(number, ' ', first_name, ' ', last_name, ' ', email, ' ', phone_e164, ' ', message, ' ', search_text) from leads where number in (1, 4, 5) order by number"
            )
        );

        await RevertAsync(app, ruth, page);
        Assert.Equal(3, await app.CountAsync("leads"));
        Assert.Equal(
            1,
            await app.CountAsync(
                "leads where number = 1 and last_name = 'Lovelace' and email = 'ada@example.com' and phone_e164 is null and search_text like '%lovelace%'"
            )
        );
    }

    [Fact]
    public async Task A_lead_that_somebody_has_worked_on_is_named_and_not_taken_back()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        var page = await ImportAsync(
            app,
            ruth,
            "Name,Email,Note\nAda Lovelace,ada@example.com,A note\nBen Byrd,ben@example.com,\n"
        );
        var lead = await ruth.OpenAsync("/leads/1");
        using (await ruth.SendFormAsync(lead.Form("/leads/1/notes"), ("text", "I called her."))) { }

        page = await RevertAsync(app, ruth, page);

        Assert.Equal(["1"], await app.TextsAsync("select number::text from leads"));
        Assert.Contains("Worked on since, so left alone", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Lead 1", page.QuerySelector(".import-rows a")!.TextContent);
        Assert.Equal(2, await app.CountAsync("audit where kind = 'imported'"));
    }

    [Fact]
    public async Task Choices_are_kept_under_a_name_and_come_back_with_the_same_columns()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        const string file = "X1,X2,X3\nAda Lovelace,ada@example.org,2024\n";
        var page = await UploadAsync(ruth, file.Replace("@", "-at-", StringComparison.Ordinal));
        Assert.Equal(["", "", ""], Chosen(page));
        await CheckAsync(
            app,
            ruth,
            page,
            ("field", "full_name"),
            ("field", "email"),
            ("field", ""),
            ("preset", "Old system"),
            ("status", "lost")
        );

        page = await UploadAsync(ruth, "X1,X2,X3\nBen,b,c\n");

        Assert.Equal(["full_name", "email", ""], Chosen(page));
        Assert.Equal("lost", Selected(page, "status"));
        var list = await ruth.OpenAsync("/admin/imports");
        using (await ruth.SendFormAsync(list.Form("/admin/imports/presets"))) { }
        Assert.Equal(["", "", ""], Chosen(await UploadAsync(ruth, "X1,X2,X3\nBen,b,c\n")));
    }

    [Theory]
    [InlineData("field=", "Choose which column holds the name.")]
    [InlineData("field=first_name", "Choose which column holds the email address or the phone number.")]
    [InlineData("field=email&field=email", "Two columns cannot both be Email. Choose one of them.")]
    [InlineData("field=password", "There is no such field.")]
    public async Task Columns_that_make_no_lead_are_refused(string fields, string problem)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        var page = await UploadAsync(ruth, "A,B\nAda,x\n");

        using var answer = await ruth.SendFormAsync(
            page.Form("/admin/imports", form => form.Action.EndsWith("/check", StringComparison.Ordinal)),
            [.. fields.Split('&').Select(field => ("field", field.Split('=')[1]))]
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(problem, (await answer.PageAsync()).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("work"));
    }

    [Fact]
    public async Task A_file_that_is_no_table_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");

        using var answer = await SendAsync(ruth, "Name,Email\n");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(
            "This file has names of columns, and no row below them.",
            (await answer.PageAsync()).Body!.TextContent,
            StringComparison.Ordinal
        );
        Assert.Equal(0, await app.CountAsync("imports"));
        Assert.Equal(0, await app.CountAsync("import_rows"));
    }

    [Fact]
    public async Task Erasing_a_lead_takes_what_its_import_knew_of_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        await ImportAsync(app, ruth, "Name,Email\nAda Lovelace,ada@example.com\n");

        await using (var erase = app.Database.CreateCommand("delete from leads"))
            await erase.ExecuteNonQueryAsync();

        Assert.Equal(0, await app.CountAsync("import_rows"));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient user, string file, string name = "people.csv")
    {
        var page = await user.OpenAsync("/admin/imports");
        var secret = page.Form("/admin/imports")
            .QuerySelector("input[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        using var form = new MultipartFormDataContent
        {
            { new StringContent(secret), "__RequestVerificationToken" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", name },
        };
        return await user.PostAsync(new Uri("/admin/imports", UriKind.Relative), form);
    }

    private static async Task<IHtmlDocument> UploadAsync(HttpClient user, string file)
    {
        using var answer = await SendAsync(user, file);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return await user.OpenAsync(answer.Headers.Location!.ToString());
    }

    private static string[] Chosen(IHtmlDocument page) =>
        [.. page.QuerySelectorAll("select[name=field]").Select(select => ((IHtmlSelectElement)select).Value ?? "")];

    private static string? Selected(IHtmlDocument page, string name) =>
        ((IHtmlSelectElement)page.QuerySelector($"select[name={name}]")!).Value;

    /// <summary>What the form of columns has chosen.</summary>
    private static (string Name, string Value)[] Mapping(IHtmlDocument page) =>
        [
            .. Chosen(page).Select(field => ("field", field)),
            .. ((string[])["duplicates", "status", "assigned_to", "dates"]).Select(name =>
                (name, Selected(page, name) ?? "")
            ),
        ];

    private static async Task<IHtmlDocument> CheckAsync(
        AnteroomApp app,
        HttpClient user,
        IHtmlDocument page,
        params (string Name, string Value)[] instead
    )
    {
        var values = Mapping(page).Where(value => instead.All(other => other.Name != value.Name)).Concat(instead);
        await PostAsync(
            user,
            page.Form("/admin/imports", form => form.Action.EndsWith("/check", StringComparison.Ordinal)),
            [.. values]
        );
        return await EndAsync(app, user);
    }

    private static async Task<IHtmlDocument> WriteAsync(AnteroomApp app, HttpClient user, IHtmlDocument page)
    {
        await PostAsync(
            user,
            page.Form("/admin/imports", form => form.Action.EndsWith("/write", StringComparison.Ordinal))
        );
        return await EndAsync(app, user);
    }

    private static async Task<IHtmlDocument> RevertAsync(AnteroomApp app, HttpClient user, IHtmlDocument page)
    {
        var form = page.Form("/admin/imports", form => form.Action.EndsWith("/revert", StringComparison.Ordinal));
        await PostAsync(user, form);
        return await EndAsync(app, user, form.GetAttribute("action")!.Split('/')[3]);
    }

    private static async Task<IHtmlDocument> ImportAsync(
        AnteroomApp app,
        HttpClient user,
        string file,
        params (string Name, string Value)[] instead
    ) => await WriteAsync(app, user, await CheckAsync(app, user, await UploadAsync(user, file), instead));

    /// <summary>Sends a form, and reads the page that follows.</summary>
    private static async Task<IHtmlDocument> PostAsync(
        HttpClient user,
        IHtmlFormElement form,
        params (string Name, string Value)[] values
    )
    {
        using var answer = await user.SendFormAsync(form, values);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return await user.OpenAsync(answer.Headers.Location!.ToString());
    }

    private static async Task<string> AddressAsync(AnteroomApp app) =>
        $"/admin/imports/{await app.ValueAsync<Guid>("select id from imports order by created_at desc limit 1")}";

    /// <summary>A web node does no background work: the step is done here.</summary>
    private static async Task<IHtmlDocument> EndAsync(AnteroomApp app, HttpClient user, string? id = null)
    {
        var address = id is null ? await AddressAsync(app) : $"/admin/imports/{id}";
        await app
            .Services.GetRequiredService<StepImport>()
            .RunToEndAsync(Guid.Parse(address.Split('/')[^1]), _ => { }, CancellationToken.None);
        return await user.OpenAsync(address);
    }

    /// <summary>New, changed, left out, refused.</summary>
    private static (string, string, string, string) Figures(IHtmlDocument page)
    {
        var figures = page.QuerySelectorAll(".figures dd").Select(figure => figure.TextContent).ToArray();
        return (figures[1], figures[2], figures[3], figures[4]);
    }
}
