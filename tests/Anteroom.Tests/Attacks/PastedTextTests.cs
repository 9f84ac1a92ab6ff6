using System.Net;
using System.Text;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Attacks;

/// <summary>What people's devices do to what they send, without their knowing.</summary>
public sealed class PastedTextTests(TestDatabases databases)
{
    [Fact]
    public async Task A_form_without_a_file_says_what_the_form_says()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var form = new Prospect().ToForm();
        using var sent = new MultipartFormDataContent();
        foreach (var part in form.Where(part => part.Headers.ContentDisposition?.Name?.Trim('"') != "resume"))
            sent.Add(part, part.Headers.ContentDisposition!.Name!.Trim('"'));
        var empty = new ByteArrayContent([]);
        empty.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"resume\"; filename=\"\"");
        empty.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        sent.Add(empty);

        using var answer = await app.Client.PostAsync(new Uri("/", UriKind.Relative), sent);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(
            "Please add your resume or CV as a PDF, DOC, DOCX, RTF, ODT or TXT file.",
            await answer.ErrorAsync("resume")
        );
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task What_pasting_brings_along_is_taken_off_and_full_width_is_folded()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        await new Prospect
        {
            FirstName = "\u200eAda\u200b",
            LastName = "\ufeffLovelace\u202c",
            Email = "\u2066ａｄａ＠ｅｘａｍｐｌｅ.com\u2069",
            Phone = "\u202d+1 (415)\u200b 555\u2011\u200e0132\u202c",
        }.IsAcceptedAsync(app);

        Assert.Equal(
            "Ada|Lovelace|ada@example.com|+1 (415) 555\u20110132",
            await app.ValueAsync<string>(
                "select first_name || '|' || last_name || '|' || email || '|' || phone from leads"
            )
        );
    }

    [Fact]
    public async Task Who_sent_a_note_when_the_session_had_ended_comes_back_to_the_lead()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        await new Prospect().IsAcceptedAsync(app);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/leads/1/notes", UriKind.Relative));
        request.Content = new StringContent("text=Called", Encoding.UTF8, "application/x-www-form-urlencoded");
        request.Headers.Referrer = new Uri(app.Address, "/leads/1?view=mine");
        using var foreign = new HttpRequestMessage(HttpMethod.Post, new Uri("/leads/1/notes", UriKind.Relative));
        foreign.Content = new StringContent("text=Called", Encoding.UTF8, "application/x-www-form-urlencoded");
        foreign.Headers.Referrer = new Uri("https://evil.example/leads/2");

        using var answer = await app.Client.SendAsync(request);
        using var other = await app.Client.SendAsync(foreign);

        Assert.Equal("/signin?returnUrl=%2Fleads%2F1%3Fview%3Dmine", answer.Headers.Location?.OriginalString);
        Assert.Equal("/signin?returnUrl=%2Fleads", other.Headers.Location?.OriginalString);
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from activities where kind = 'note'"));
    }

    [Fact]
    public async Task Answers_of_the_JWT_API_stay_in_no_cache()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var id = await new Prospect().IsAcceptedAsync(app);
        foreach (var address in (string[])["/api/v1/leads", "/api/v1/attorneys", $"/api/v1/leads?q={id}"])
        {
            using var answer = await maria.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl is { Private: true, NoStore: true });
        }
    }
}
