using System.Security.Cryptography;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Leads;

/// <summary>A prospect fills in the public form.</summary>
public sealed class SubmittingTests(TestDatabases databases)
{
    [Fact]
    public async Task A_submission_leaves_a_lead_its_file_two_emails_and_a_line_in_the_timeline()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example")],
            role: "web"
        );
        var prospect = new Prospect
        {
            Phone = "+1 202 555 0142",
            PracticeArea = "Family",
            Message = "Hello\r\nthere",
        };

        var number = await prospect.IsAcceptedAsync(app);

        Assert.Equal(1, number);
        Assert.Equal(
            "Ada|Lovelace|ada@example.com|+1 202 555 0142|Family|Hello\nthere|form|registered",
            await app.ValueAsync<string>(
                "select concat_ws('|', first_name, last_name, email, phone, practice_area, message, source, status) from leads"
            )
        );
        Assert.Equal(
            "confirmation|ada@example.com|queued,notification|intake@firm.example|queued",
            await app.ValueAsync<string>(
                "select string_agg(concat_ws('|', kind, to_address, state), ',' order by kind) from emails"
            )
        );
        Assert.Equal("submitted the form", await app.ValueAsync<string>("select summary from activities"));
        var file = Assert.Single(app.KeptFiles());
        Assert.Equal(prospect.Resume, await File.ReadAllBytesAsync(file));
        Assert.Equal(SHA256.HashData(prospect.Resume!), await app.ValueAsync<byte[]>("select sha256 from resumes"));
        Assert.EndsWith(
            await app.ValueAsync<string>("select storage_key from resumes"),
            file,
            StringComparison.Ordinal
        );
        Assert.Empty(app.HalfReceivedFiles());
    }

    [Fact]
    public async Task The_thank_you_page_says_the_code_and_what_happens_next()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var answer = await new Prospect().SubmitsAsync(app);

        var page = await app.Client.OpenAsync(answer.Headers.Location!.ToString());

        Assert.Contains(answer.Code(), page.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("what happens next", page.Body!.Words(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Everybody_who_administers_is_told_when_no_address_is_set()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Administrator, "olga", "Olga Petrova");
        await app.CreateUserAsync(Role.Administrator, "sam");
        await app.CreateUserAsync(Role.Attorney, "maria");

        await new Prospect().IsAcceptedAsync(app);

        Assert.Equal(
            "olga@firm.example,sam@firm.example",
            await app.ValueAsync<string>(
                "select string_agg(to_address, ',' order by to_address) from emails where kind = 'notification'"
            )
        );
    }

    [Fact]
    public async Task The_same_form_sent_many_times_at_once_is_one_lead()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example")],
            role: "web"
        );
        var prospect = new Prospect { Token = "the token of this form" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => prospect.IsAcceptedAsync(app)));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await app.CountAsync("leads"));
        Assert.Equal(2, await app.CountAsync("emails"));
        Assert.Single(app.KeptFiles());
        Assert.Empty(app.HalfReceivedFiles());
    }

    [Fact]
    public async Task A_form_that_was_changed_after_going_back_is_a_second_lead_so_that_nothing_is_lost()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var first = new Prospect { Token = "token", Message = "Please help." };

        var numbers = new[]
        {
            await first.IsAcceptedAsync(app),
            await (first with { Message = "Please help soon." }).IsAcceptedAsync(app),
        };

        Assert.Equal([1, 2], numbers);
        Assert.Equal(2, app.KeptFiles().Count);
    }

    [Fact]
    public async Task The_same_content_from_another_form_is_the_same_lead_for_a_day_and_another_word_makes_a_new_one()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example")],
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        var first = new Prospect { Token = "a tab", Message = "Please help." };
        Assert.Equal(1, await first.IsAcceptedAsync(app));

        var again = first with { Token = "another tab" };
        Assert.Equal(1, await again.IsAcceptedAsync(app));
        Assert.Equal(2, await app.CountAsync("emails"));
        Assert.Single(app.KeptFiles());

        // Several tabs at once.
        var tabs = Enumerable.Range(0, 6).Select(tab => first with { Token = $"tab {tab}", Message = "At once." });
        Assert.Single((await Task.WhenAll(tabs.Select(tab => tab.IsAcceptedAsync(app)))).Distinct());

        foreach (
            var other in new[] { first with { Message = "Please help me." }, first with { FirstName = "Augusta" } }
        )
            await other.IsAcceptedAsync(app);
        Assert.Equal(4, await app.CountAsync("leads"));

        clock.Advance(TimeSpan.FromHours(25));
        await again.IsAcceptedAsync(app);
        Assert.Equal(5, await app.CountAsync("leads"));
    }

    [Fact]
    public async Task Two_people_with_the_same_content_and_no_token_are_two_leads()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        Assert.Equal(1, await new Prospect().IsAcceptedAsync(app));
        Assert.Equal(2, await new Prospect().IsAcceptedAsync(app));
    }

    [Fact]
    public async Task Hundred_prospects_at_once_all_get_their_own_number()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example")],
            role: "web"
        );

        var numbers = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i => new Prospect { Email = $"p{i}@example.com", Token = $"form {i}" }.IsAcceptedAsync(app))
        );

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), numbers.Order());
        Assert.Equal(100, await app.CountAsync("leads"));
        Assert.Equal(200, await app.CountAsync("emails"));
        Assert.Equal(100, app.KeptFiles().Count);
    }

    public static TheoryData<string, string, string> Names =>
        new()
        {
            { "Seán", "O'Brien", "sean@example.ie" },
            { "李", "小龍", "li@例え.jp" },
            { "Jean-Luc", "d’Arc", "jean-luc+law@sub.example.co.uk" },
            { "محمد", "العلي", "m@example.com" },
            { "A", "B", "x@y.zz" },
            { "Ngũgĩ", "wa Thiong'o", "björk@example.is" },
            { new string('x', 100), new string('y', 100), "long@example.com" },
        };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Names_and_addresses_are_taken_as_people_have_them(string first, string last, string email)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        await new Prospect
        {
            FirstName = first,
            LastName = last,
            Email = email,
        }.IsAcceptedAsync(app);

        Assert.Equal(
            (first, last, email),
            (
                await app.ValueAsync<string>("select first_name from leads"),
                await app.ValueAsync<string>("select last_name from leads"),
                await app.ValueAsync<string>("select email from leads")
            )
        );
    }

    public static TheoryData<string, string> Files =>
        new()
        {
            { "pdf", "x.pdf" },
            { "doc", "x.doc" },
            { "docx", "x.docx" },
            { "rtf", "x.rtf" },
            { "odt", "x.odt" },
            { "txt", "x.txt" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_kind_of_resume_is_recognised_by_its_content_whatever_it_is_called(string type, string name)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var content = type switch
        {
            "pdf" => SampleFiles.Pdf(),
            "doc" => SampleFiles.Doc(),
            "docx" => SampleFiles.Docx(),
            "rtf" => SampleFiles.Rtf(),
            "odt" => SampleFiles.Odt(),
            _ => SampleFiles.Txt(),
        };

        await new Prospect
        {
            Resume = content,
            FileName = name,
            ClaimedType = "application/octet-stream",
        }.IsAcceptedAsync(app);
        await new Prospect
        {
            Resume = content,
            FileName = "resume",
            ClaimedType = "image/png",
        }.IsAcceptedAsync(app);

        Assert.Equal($"{type},{type}", await app.ValueAsync<string>("select string_agg(type, ',') from resumes"));
    }

    [Theory]
    [InlineData("en", "Did you mean jane@gmail.com?")]
    [InlineData("es", "¿Quiso decir jane@gmail.com?")]
    public async Task A_mistyped_provider_is_offered_right_once_when_the_form_comes_back_and_refuses_nothing(
        string language,
        string words
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        app.Client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        var jane = new Prospect { Email = "jane@gmail.con" };
        using var refused = await (jane with { Resume = null }).SubmitsAsync(app);
        var page = await refused.PageAsync();
        var offered = page.QuerySelector("#meant input[type=checkbox]")!;
        var asked = page.QuerySelector("#meant input[type=hidden]")!;

        Assert.Null(await refused.ErrorAsync("email"));
        Assert.StartsWith(words, offered.ParentElement!.Words(), StringComparison.Ordinal);
        Assert.Null(offered.GetAttribute("checked"));
        using (var form = (jane with { Resume = null }).ToForm())
        {
            form.Add(new StringContent(asked.GetAttribute("value")!), asked.GetAttribute("name")!);
            using var again = await app.Client.PostAsync(new Uri("/", UriKind.Relative), form);
            Assert.Null((await again.PageAsync()).QuerySelector("#meant input"));
        }

        await jane.IsAcceptedAsync(app);
        using (var form = jane.ToForm())
        {
            form.Add(new StringContent(offered.GetAttribute("value")!), offered.GetAttribute("name")!);
            using var taken = await app.Client.PostAsync(new Uri("/", UriKind.Relative), form);
            Assert.Equal(System.Net.HttpStatusCode.SeeOther, taken.StatusCode);
        }

        // What is not the offer is no way around the field.
        using (var form = jane.ToForm())
        {
            form.Add(new StringContent("eve@example.com"), "meant");
            using var other = await app.Client.PostAsync(new Uri("/", UriKind.Relative), form);
            Assert.Equal(System.Net.HttpStatusCode.SeeOther, other.StatusCode);
        }

        Assert.Equal(
            ["jane@gmail.con", "jane@gmail.com", "jane@gmail.con"],
            await app.TextsAsync("select email from leads order by number")
        );
    }
}
