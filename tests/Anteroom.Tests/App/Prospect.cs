using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.App;

/// <summary>Somebody in front of the public form.</summary>
public sealed record Prospect
{
    public string? FirstName { get; init; } = "Ada";

    public string? LastName { get; init; } = "Lovelace";

    /// <summary>The box of people with one name is ticked.</summary>
    public bool OneName { get; init; }

    public string? Email { get; init; } = "ada@example.com";

    public string? Phone { get; init; }

    public string? PracticeArea { get; init; }

    public string? Message { get; init; }

    /// <summary>The hidden field with the language of the page: <c>en</c>, <c>es</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The hidden field that makes the same form sent twice one lead.</summary>
    public string? Token { get; init; }

    /// <summary>The version of the text that the form showed.</summary>
    public string? Consent { get; init; }

    public byte[]? Resume { get; init; } = SampleFiles.Pdf();

    public string FileName { get; init; } = "Ada Lovelace.pdf";

    /// <summary>What the browser claims the file to be.</summary>
    public string ClaimedType { get; init; } = "application/pdf";

    /// <summary>Sends the form as a browser does.</summary>
    public Task<HttpResponseMessage> SubmitsAsync(AnteroomApp app, string address = "/") =>
        SubmitsAsync(app.Client, address);

    /// <summary>Sends the form as a browser does.</summary>
    public async Task<HttpResponseMessage> SubmitsAsync(HttpClient client, string address = "/")
    {
        using var form = ToForm();
        return await client.PostAsync(new Uri(address, UriKind.Relative), form);
    }

    /// <summary>Sends the form, which is accepted; the lead's number.</summary>
    public async Task<long> IsAcceptedAsync(AnteroomApp app)
    {
        using var answer = await SubmitsAsync(app);
        Assert.True(
            answer.StatusCode == HttpStatusCode.SeeOther,
            $"{(int)answer.StatusCode} {(answer.StatusCode == HttpStatusCode.SeeOther ? "" : (await answer.PageAsync()).Body!.Words())}"
        );
        return await answer.NumberAsync(app);
    }

    /// <summary>The form's content.</summary>
    public MultipartFormDataContent ToForm()
    {
        var form = new MultipartFormDataContent();
        Add("first_name", FirstName);
        Add("last_name", LastName);
        Add("one_name", OneName ? "yes" : null);
        Add("email", Email);
        Add("phone", Phone);
        Add("practice_area", PracticeArea);
        Add("message", Message);
        Add("token", Token);
        Add("language", Language);
        Add("consent", Consent);
        if (Resume is not null)
        {
            var file = new ByteArrayContent(Resume);
            file.Headers.ContentType = MediaTypeHeaderValue.Parse(ClaimedType);
            // By hand: HttpClient refuses or rewrites the hostile names that a browser or a script may send.
            file.Headers.TryAddWithoutValidation(
                "Content-Disposition",
                $"form-data; name=\"resume\"; filename=\"{FileName.Replace("\"", "%22", StringComparison.Ordinal)}\""
            );
            form.Add(file);
        }

        return form;

        void Add(string name, string? value)
        {
            if (value is not null)
                form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), name);
        }
    }
}

/// <summary>Reading the answers to a submission.</summary>
public static class SubmissionAnswers
{
    /// <summary>The code in the address of the thank-you page.</summary>
    public static string Code(this HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var path = answer.Headers.Location!.ToString();
        Assert.StartsWith("/thanks/", path, StringComparison.Ordinal);
        return path["/thanks/".Length..];
    }

    /// <summary>The number of the lead, which the prospect is not told.</summary>
    public static Task<long> NumberAsync(this HttpResponseMessage answer, AnteroomApp app) =>
        app.ValueAsync<long>($"select number from leads where code = '{answer.Code()}'");

    /// <summary>The sentence beside a field; null when it has none.</summary>
    public static async Task<string?> ErrorAsync(this HttpResponseMessage answer, string field)
    {
        var page = await answer.PageAsync();
        var input = page.QuerySelector($"[name={field}]");
        if (input?.GetAttribute("aria-invalid") != "true")
            return null;
        return (input.GetAttribute("aria-describedby") ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(page.GetElementById)
            .FirstOrDefault(element => element?.ClassName?.Contains("error", StringComparison.Ordinal) == true)
            ?.Words();
    }
}
