using System.Net;
using AngleSharp.Html.Dom;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Web.Spanish;

public sealed partial class SpanishPagesTests
{
    /// <summary>Something that is sent from a page, and what has to be answered.</summary>
    /// <param name="Address">The page.</param>
    /// <param name="Form">Where its form is sent.</param>
    /// <param name="Values">What is filled in, as a query; <c>{lead}</c> and the like stand for something that is there.</param>
    private sealed record Act(string Address, string Form, string Values)
    {
        public override string ToString() => $"{Form} of {Address} with {Values}";
    }

    // Each in English and in Spanish: {one} and {two} are other leads each time.
    private static readonly Act[] Acts =
    [
        // What is wrong
        new("/leads/new", "/leads/new", "first_name=&email=&message=Hello"),
        new("/leads/new", "/leads/new", "first_name=Ann1&last_name=Lee&email=ann&phone=12&source=form&assigned_to=ann"),
        new("/leads/{lead}/edit", "/leads/{lead}/edit", "first_name=&last_name=&email=ann@&source="),
        new("/leads/{lead}/decline", "/leads/{lead}/decline", "do=send&subject=&text="),
        new("/leads/{lead}", "/leads/{lead}/notes", "text="),
        new("/leads/{lead}", "/leads/{lead}/email", "do=send&subject=&text={{nothing}}"),
        new("/leads/{lead}", "/leads/{lead}/tasks", "title=&due_on=tomorrow&task_for=nobody"),
        new("/leads/{lead}", "/leads/{lead}/tags", "tag=,"),
        new("/leads/{lead}", "/leads/{lead}/files", "note="),
        new("/leads", "/leads/selection", "action=delete"),
        new("/leads", "/leads/selection", "action=assign&lead={one}"),
        new("/leads?status=lost", "/leads/views", "name="),
        // What was done
        new("/leads/{one}", "/leads/{one}/status", "status=lost"),
        new("/leads/{one}", "/leads/{one}/status", "status=registered"),
        new("/leads/{one}", "/leads/{one}/status", "status=declined&decline_reason=No+case&reason=Told+so"),
        new("/leads/{two}", "/leads/{two}/assign", "assigned_to="),
        new("/leads/{two}", "/leads/{two}/notes", "text=Called+back"),
        new("/leads/{two}", "/leads/{two}/tasks", "title=Call&due_on=2030-01-15&task_for={attorney}&repeats=week"),
        new("/leads/{two}", "/leads/{two}/tags", "tag=Urgent"),
        new("/leads/{two}/edit", "/leads/{two}/edit", "first_name=Ada&phone=%2B14155550132&source=referral"),
        new("/leads/{one}/merge?other={two}", "/leads/{one}/merge", "stays={one}"),
        new("/leads", "/leads/selection", "action=status&status=retained&lead={three}&lead={one}"),
        new("/leads", "/leads/selection", "action=assign&assigned_to=none&lead={three}"),
        new("/leads", "/leads/selection", "action=delete&lead={three}"),
        new("/leads/trash", "/leads/trash/restore", "lead={three}"),
        new("/leads?status=lost", "/leads/views", "name=Lost+ones"),
    ];

    [Fact]
    public async Task What_is_answered_is_in_Spanish_too()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office", "Olivia Office");
        var samples = await office.OpenAsync("/admin/samples");
        using (await office.SendFormAsync(samples.Form("/admin/samples"))) { }
        var numbers = await app.TextsAsync(
            "select number::text from leads where status in ('registered', 'reached_out') order by number limit 7"
        );
        var attorney = await app.ValueAsync<string>("select id::text from users where role = 'attorney' limit 1");

        var english = await DoAllAsync("en", numbers[1..4]);
        var spanish = await DoAllAsync("es", numbers[4..7]);

        List<string> data = ["Called back", "Lost ones", .. await DataAsync(app)];
        List<string> wrong = [];
        foreach (var act in Acts)
        {
            var inEnglish = Texts(english[act]).ToHashSet(StringComparer.Ordinal);
            var left = Texts(spanish[act])
                .Where(inEnglish.Contains)
                .Where(text => !IsData(text, data))
                .Distinct(StringComparer.Ordinal)
                .ToList();
            if (left.Count > 0)
                wrong.Add($"{act}:\n    {string.Join("\n    ", left)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        async Task<Dictionary<Act, IHtmlDocument>> DoAllAsync(string language, string[] leads)
        {
            await app.ExecuteAsync($"update users set language = '{language}' where user_name = 'office'");
            Dictionary<Act, IHtmlDocument> read = [];
            foreach (var act in Acts)
                read[act] = await DoAsync(office, Fill(act.Address), Fill(act.Form), Fill(act.Values));
            return read;

            string Fill(string text) =>
                text.Replace("{lead}", numbers[0], StringComparison.Ordinal)
                    .Replace("{one}", leads[0], StringComparison.Ordinal)
                    .Replace("{two}", leads[1], StringComparison.Ordinal)
                    .Replace("{three}", leads[2], StringComparison.Ordinal)
                    .Replace("{attorney}", attorney, StringComparison.Ordinal);
        }
    }

    /// <summary>Sends the form and reads the page that the browser shows then.</summary>
    private static async Task<IHtmlDocument> DoAsync(HttpClient client, string address, string form, string values)
    {
        var page = await client.OpenAsync(address);
        var sent = page.Form(form);
        var filled = values
            .Split('&')
            .Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], WebUtility.UrlDecode(pair[1])))
            .ToList();
        filled.AddRange(
            sent.QuerySelectorAll(
                    "input[type=hidden][name], input[type=text][name], input:not([type])[name], select[name]"
                )
                .Where(field => filled.TrueForAll(pair => pair.Key != field.GetAttribute("name")))
                .Select(field =>
                    KeyValuePair.Create(
                        field.GetAttribute("name")!,
                        (field as IHtmlSelectElement)?.Value ?? field.GetAttribute("value") ?? ""
                    )
                )
                .ToList()
        );
        using HttpContent content =
            sent.GetAttribute("enctype") == "multipart/form-data" ? Parts(filled) : new FormUrlEncodedContent(filled);
        using var answer = await client.PostAsync(new Uri(sent.GetAttribute("action")!, UriKind.Relative), content);
        Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, $"{form}: {answer.StatusCode}");
        return answer.Headers.Location is { } next ? await client.OpenAsync(next.ToString()) : await answer.PageAsync();
    }

    private static MultipartFormDataContent Parts(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var parts = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            parts.Add(new StringContent(value), name);
        return parts;
    }
}
