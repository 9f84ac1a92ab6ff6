using System.Net.Http.Headers;
using System.Text;

namespace Anteroom.Clients;

/// <summary>
/// Both APIs with the clients that NSwag generates: both kinds of submission, signing in, a list by cursor, a change, a conflict, a file.
/// The tests compile it together with them.
/// </summary>
public static class Story
{
    private const string Resume = "Ada Lovelace\nAnalyst, 1842 to 1843\n";

    public static async Task RunAsync(HttpClient http, string userName, string password)
    {
        var client = new V1.AnteroomClient(http);
        var form = new V1Multipart.AnteroomClient(http);

        var ada = await client.PostLeadsAsync(
            new V1.SubmissionJson
            {
                First_name = "Ada",
                Last_name = "Lovelace",
                Email = "ada@example.com",
                Resume = Convert.ToBase64String(Encoding.UTF8.GetBytes(Resume)),
                Resume_filename = "Ada.txt",
            },
            idempotency_Key: "story"
        );
        await using var file = new MemoryStream(Encoding.UTF8.GetBytes(Resume));
        var grace = await form.PostLeadsAsync(
            first_name: "Grace",
            last_name: "Hopper",
            email: "grace@example.com",
            language: V1Multipart.Language.Es,
            resume: new V1Multipart.FileParameter(file, "Grace.txt", "text/plain")
        );
        Check(grace.Result.Number == ada.Result.Number + 1, "The form was taken.");
        var wrong = await ThrowsAsync<V1.HttpValidationProblemDetails>(() =>
            client.PostLeadsAsync(
                new V1.SubmissionJson
                {
                    First_name = "Ada",
                    Last_name = "Lovelace",
                    Email = "nobody",
                    Resume = "QQ==",
                }
            )
        );
        Check(wrong.Errors.ContainsKey("email"), "What is wrong is named by field.");

        var tokens = await client.PostAuthTokenAsync(new V1.TokenForm { Username = userName, Password = password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Result.Access_token);
        Check((await client.GetAuthMeAsync()).Result.Role == V1.UserRole.Administrator, "The role is an enum.");

        var names = new List<string>();
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = await client.GetLeadsAsync(
                limit: 1,
                cursor: cursor,
                status: [V1.LeadStatus.Registered, V1.LeadStatus.Reached_out],
                created_from: DateTimeOffset.UnixEpoch
            );
            names.AddRange(page.Result.Items.Select(lead => lead.First_name));
            next = page.Result.Next_cursor;
        }

        Check(names is ["Grace", "Ada"], string.Join(", ", names));

        var read = await client.GetLeadsByIdAsync(ada.Result.Id);
        var etag = read.Headers["ETag"].Single();
        var change = new V1.LeadChangeV1 { Status = V1.LeadStatus.Reached_out };
        var changed = await client.PatchLeadsByIdAsync(ada.Result.Id, change, if_Match: etag);
        Check(changed.Result.Status == V1.LeadStatus.Reached_out, "The status is an enum.");
        change.Status = V1.LeadStatus.Consultation;
        var stale = await ThrowsAsync<V1.ProblemDetails>(() =>
            client.PatchLeadsByIdAsync(ada.Result.Id, change, if_Match: etag)
        );
        Check(stale is { Status: 412, Code: "changed_meanwhile" }, stale.Detail);

        using var download = await client.GetLeadsByIdResumeAsync(ada.Result.Id);
        using var reader = new StreamReader(download.Stream);
        Check(await reader.ReadToEndAsync() == Resume, "The file came as it was sent.");

        await DjangoAsync(new Django.AnteroomClient(http), http, userName, password, ada.Result.Number);
    }

    private static async Task DjangoAsync(
        Django.AnteroomClient client,
        HttpClient http,
        string userName,
        string password,
        long number
    )
    {
        http.DefaultRequestHeaders.Authorization = null;
        var session = await client.PostAuthLoginAsync(
            new Django.CompatLogInBody { Username = userName, Password = password }
        );
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", session.Result.Token);
        var leads = await client.GetLeadsAsync(state: Django.CompatState.REACHED_OUT);
        Check(leads.Result.Single().Id == number, "The list goes by state.");
        await client.PostAuthLogoutAsync();
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException(what);
    }

    /// <summary>The answer of a call that is refused, in the type that the document says.</summary>
    private static async Task<TProblem> ThrowsAsync<TProblem>(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (V1.ApiException<TProblem> refused)
        {
            return refused.Result;
        }

        throw new InvalidOperationException("It was not refused.");
    }
}
