using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Anteroom.Accounts;
using Anteroom.Tests.App;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Accounts;

/// <summary>
/// Who may do what, over every endpoint that the app itself lists, as nobody and in every role. An endpoint without a row fails;
/// to add one, decide who may use it and write the row.
/// </summary>
public sealed class AccessMatrixTests(TestDatabases databases)
{
    private enum Access
    {
        /// <summary>Nobody has to say who they are.</summary>
        Everybody,

        /// <summary>Everybody, too; but it looks at a password or token in the request itself and may answer 401.</summary>
        Credentials,

        /// <summary>Who is signed in, in any role.</summary>
        SignedIn,

        /// <summary>Who works leads: everybody who is signed in but operators.</summary>
        Firm,

        /// <summary>Administrators and operators.</summary>
        Operations,

        /// <summary>Administrators and attorneys.</summary>
        NotStaff,

        /// <summary>Administrators only.</summary>
        Administrators,
    }

    private static readonly Dictionary<string, Access> Table = new(StringComparer.Ordinal)
    {
        // Pages
        ["GET /"] = Access.Everybody,
        ["POST /"] = Access.Everybody,
        ["GET /apply"] = Access.Everybody,
        ["POST /apply"] = Access.Everybody,
        ["GET /thanks/{code}"] = Access.Everybody,
        ["GET /signin"] = Access.Everybody,
        ["POST /signin"] = Access.Everybody,
        ["POST /signout"] = Access.SignedIn,
        ["GET /setup"] = Access.Everybody,
        ["POST /setup"] = Access.Everybody,
        ["GET /leads"] = Access.Firm,
        ["GET /leads/find"] = Access.Firm,
        ["GET /leads/waiting"] = Access.Firm,
        ["GET /leads/new"] = Access.Firm,
        ["POST /leads/new"] = Access.Firm,
        ["GET /live"] = Access.Firm,
        ["GET /live/unread"] = Access.Firm,
        ["GET /dashboard"] = Access.Firm,
        ["GET /leads.csv"] = Access.Firm,
        ["POST /leads/settings"] = Access.Firm,
        ["POST /leads/views"] = Access.Firm,
        ["POST /leads/views/{id:guid}"] = Access.Firm,
        ["POST /leads/views/{id:guid}/delete"] = Access.Firm,
        ["POST /leads/selection"] = Access.Firm,
        ["POST /leads/{number:long}/due"] = Access.Firm,
        ["POST /leads/undo"] = Access.Firm,
        ["GET /leads/trash"] = Access.Administrators,
        ["POST /leads/trash/restore"] = Access.Administrators,
        ["GET /board"] = Access.Firm,
        ["GET /board/cards"] = Access.Firm,
        ["POST /board/{number:long}/status"] = Access.Firm,
        ["GET /leads/{number:long}"] = Access.Firm,
        ["GET /leads/{number:long}/resume"] = Access.Firm,
        ["GET /leads/{number:long}/resume/preview"] = Access.Firm,
        ["GET /leads/{number:long}/resume/view"] = Access.Firm,
        ["POST /leads/{number:long}/resume/encoding"] = Access.Firm,
        ["POST /leads/{number:long}/resume/read-again"] = Access.Firm,
        ["POST /leads/{number:long}/resume/convert-again"] = Access.Firm,
        ["GET /leads/{number:long}/resume/pdf"] = Access.Firm,
        ["GET /leads/{number:long}/resume/thumbnail"] = Access.Firm,
        ["GET /leads/{number:long}/documents/{document:guid}/pdf"] = Access.Firm,
        ["POST /leads/{number:long}/resume/release"] = Access.Administrators,
        ["GET /leads/{number:long}/documents/{document:guid}"] = Access.Firm,
        ["GET /leads/{number:long}/documents/{document:guid}/preview"] = Access.Firm,
        ["POST /leads/{number:long}/documents/{document:guid}/release"] = Access.Administrators,
        ["POST /leads/{number:long}/files"] = Access.Firm,
        ["POST /leads/{number:long}/files/{document:guid}"] = Access.Firm,
        ["POST /leads/{number:long}/files/{document:guid}/remove"] = Access.Firm,
        ["POST /leads/{number:long}/presence"] = Access.Firm,
        ["POST /leads/{number:long}/notes"] = Access.Firm,
        ["POST /leads/{number:long}/email"] = Access.Firm,
        ["POST /leads/{number:long}/emails/{email:guid}/again"] = Access.Firm,
        ["POST /leads/{number:long}/tasks"] = Access.Firm,
        ["POST /leads/{number:long}/tasks/{task:guid}"] = Access.Firm,
        ["POST /leads/{number:long}/tags"] = Access.Firm,
        ["POST /leads/{number:long}/tags/remove"] = Access.Firm,
        ["GET /leads/{number:long}/edit"] = Access.Firm,
        ["POST /leads/{number:long}/edit"] = Access.Firm,
        ["GET /leads/{number:long}/decline"] = Access.Firm,
        ["POST /leads/{number:long}/decline"] = Access.Firm,
        ["GET /leads/{number:long}/merge"] = Access.Firm,
        ["POST /leads/{number:long}/merge"] = Access.Firm,
        ["GET /notifications"] = Access.Firm,
        ["POST /notifications/read"] = Access.Firm,
        ["POST /notifications/{notice:guid}"] = Access.Firm,
        ["GET /me/notifications"] = Access.SignedIn,
        ["POST /me/notifications"] = Access.SignedIn,
        ["POST /me/language"] = Access.SignedIn,
        ["GET /tasks"] = Access.Firm,
        ["POST /tasks/{task:guid}"] = Access.Firm,
        ["GET /snippets"] = Access.Firm,
        ["GET /replies/{**path}"] = Access.Firm,
        ["GET /snippets/new"] = Access.NotStaff,
        ["POST /snippets/new"] = Access.NotStaff,
        ["GET /snippets/{id:guid}"] = Access.NotStaff,
        ["POST /snippets/{id:guid}"] = Access.NotStaff,
        ["POST /snippets/{id:guid}/remove"] = Access.NotStaff,
        ["GET /admin"] = Access.Administrators,
        ["GET /admin/components"] = Access.Administrators,
        ["POST /admin/first-steps/test"] = Access.Administrators,
        ["POST /admin/first-steps/dismiss"] = Access.Administrators,
        ["GET /admin/samples"] = Access.Administrators,
        ["POST /admin/samples"] = Access.Administrators,
        ["POST /admin/samples/remove"] = Access.Administrators,
        ["GET /admin/imports"] = Access.Administrators,
        ["POST /admin/imports"] = Access.Administrators,
        ["GET /admin/imports/{id:guid}"] = Access.Administrators,
        ["POST /admin/imports/{id:guid}/check"] = Access.Administrators,
        ["POST /admin/imports/{id:guid}/decide"] = Access.Administrators,
        ["POST /admin/imports/{id:guid}/write"] = Access.Administrators,
        ["POST /admin/imports/{id:guid}/revert"] = Access.Administrators,
        ["POST /admin/imports/{id:guid}/discard"] = Access.Administrators,
        ["GET /admin/imports/{id:guid}/refused.csv"] = Access.Administrators,
        ["POST /admin/imports/export"] = Access.Administrators,
        ["POST /admin/imports/presets/{id:guid}/remove"] = Access.Administrators,
        ["GET /admin/settings"] = Access.Administrators,
        ["GET /admin/hours"] = Access.Administrators,
        ["POST /admin/hours"] = Access.Administrators,
        ["GET /admin/retention"] = Access.Administrators,
        ["POST /admin/settings/{section}"] = Access.Administrators,
        ["POST /admin/settings/mail/test"] = Access.Administrators,
        ["POST /admin/settings/logo"] = Access.Administrators,
        ["POST /admin/settings/logo/remove"] = Access.Administrators,
        ["GET /admin/audit"] = Access.Administrators,
        ["GET /admin/audit.csv"] = Access.Administrators,
        ["GET /admin/audit.jsonl"] = Access.Administrators,
        ["GET /admin/privacy"] = Access.Administrators,
        ["GET /admin/privacy/person.zip"] = Access.Administrators,
        ["POST /admin/privacy/erase"] = Access.Administrators,
        ["GET /admin/privacy/certificates/{number:long}"] = Access.Administrators,
        ["GET /admin/privacy/certificates/{number:long}/certificate.json"] = Access.Administrators,
        ["POST /leads/{number:long}/hold"] = Access.Administrators,
        ["POST /leads/{number:long}/hold/release"] = Access.Administrators,
        ["GET /admin/data"] = Access.Administrators,
        ["GET /admin/data/{table}"] = Access.Administrators,
        ["GET /admin/data/{table}/{key}"] = Access.Administrators,
        ["GET /admin/tokens"] = Access.Administrators,
        ["POST /admin/tokens"] = Access.Administrators,
        ["POST /admin/tokens/{id:guid}/revoke"] = Access.Administrators,
        ["POST /admin/tokens/of/{number:long}/revoke"] = Access.Administrators,
        ["GET /firm.css"] = Access.Everybody,
        ["GET /logo/{digest}"] = Access.Everybody,
        ["GET /admin/operations"] = Access.Operations,
        ["POST /admin/operations/nodes/{node:int}/forget"] = Access.Administrators,
        ["GET /admin/queues"] = Access.Operations,
        ["GET /admin/queues/{queue}"] = Access.Operations,
        ["GET /admin/queues/{queue}/{id:guid}"] = Access.Operations,
        ["POST /admin/queues/{queue}/pause"] = Access.Administrators,
        ["POST /admin/queues/{queue}/resume"] = Access.Administrators,
        ["POST /admin/queues/{queue}/limit"] = Access.Administrators,
        ["POST /admin/queues/acts/{act:guid}/stop"] = Access.Administrators,
        ["POST /admin/queues/discard"] = Access.Administrators,
        ["POST /admin/queues/read-again"] = Access.Administrators,
        ["POST /admin/queues/convert-again"] = Access.Administrators,
        ["POST /admin/queues/retry"] = Access.Administrators,
        ["POST /leads/{number:long}/assign"] = Access.Firm,
        ["POST /leads/{number:long}/status"] = Access.Firm,
        ["GET /reports"] = Access.Firm,
        ["GET /reports.csv"] = Access.Firm,
        ["GET /admin/users"] = Access.Administrators,
        ["POST /admin/users"] = Access.Administrators,
        ["GET /admin/users/{number:long}"] = Access.Administrators,
        ["POST /admin/users/{number:long}/role"] = Access.Administrators,
        ["POST /admin/users/{number:long}/access"] = Access.Administrators,
        ["POST /admin/users/{number:long}/availability"] = Access.Administrators,
        ["POST /admin/users/{number:long}/password-link"] = Access.Administrators,
        ["POST /admin/users/{number:long}/two-factor"] = Access.Administrators,
        ["GET /admin/schedule"] = Access.Operations,
        ["GET /admin/schedule/{job}"] = Access.Operations,
        ["POST /admin/schedule/{job}"] = Access.Administrators,
        ["POST /admin/schedule/{job}/default"] = Access.Administrators,
        ["POST /admin/schedule/{job}/run"] = Access.Administrators,
        ["POST /admin/schedule/{job}/pause"] = Access.Administrators,
        ["POST /admin/schedule/{job}/resume"] = Access.Administrators,
        ["GET /admin/templates"] = Access.Administrators,
        ["GET /admin/templates/{kind}"] = Access.Administrators,
        ["POST /admin/templates/{kind}"] = Access.Administrators,
        ["POST /admin/templates/{kind}/preview"] = Access.Administrators,
        ["GET /admin/templates/{kind}/frame"] = Access.Administrators,
        ["POST /admin/templates/{kind}/test"] = Access.Administrators,
        ["POST /admin/templates/{kind}/reset"] = Access.Administrators,
        ["GET /bulk"] = Access.Firm,
        ["POST /bulk"] = Access.Firm,
        ["GET /bulk/new"] = Access.Firm,
        ["GET /bulk/{id:guid}"] = Access.Firm,
        ["POST /bulk/{id:guid}"] = Access.Firm,
        ["POST /bulk/{id:guid}/preview"] = Access.Firm,
        ["GET /bulk/{id:guid}/frame"] = Access.Firm,
        ["GET /bulk/{id:guid}/confirm"] = Access.Firm,
        ["POST /bulk/{id:guid}/confirm"] = Access.Firm,
        ["POST /bulk/{id:guid}/cancel"] = Access.Firm,
        ["POST /bulk/{id:guid}/discard"] = Access.Firm,
        ["GET /unsubscribe/{token}"] = Access.Everybody,
        ["POST /unsubscribe/{token}"] = Access.Everybody,
        ["POST /unsubscribe/{token}/undo"] = Access.Everybody,
        ["GET /me"] = Access.SignedIn,
        ["POST /me"] = Access.SignedIn,
        ["POST /me/appearance"] = Access.SignedIn,
        ["GET /me/password"] = Access.SignedIn,
        ["POST /me/password"] = Access.SignedIn,
        ["GET /me/two-factor"] = Access.SignedIn,
        ["POST /me/two-factor/begin"] = Access.SignedIn,
        ["POST /me/two-factor/confirm"] = Access.SignedIn,
        ["POST /me/two-factor/codes"] = Access.SignedIn,
        ["GET /me/two-factor/codes"] = Access.SignedIn,
        ["POST /me/two-factor/disable"] = Access.SignedIn,
        ["GET /me/sessions"] = Access.SignedIn,
        ["POST /me/sessions/end"] = Access.SignedIn,
        ["POST /me/sessions/others"] = Access.SignedIn,
        ["GET /me/passkeys"] = Access.SignedIn,
        ["POST /me/passkeys/options"] = Access.SignedIn,
        ["POST /me/passkeys"] = Access.SignedIn,
        ["POST /me/passkeys/rename"] = Access.SignedIn,
        ["POST /me/passkeys/remove"] = Access.SignedIn,
        ["GET /forgot"] = Access.Everybody,
        ["POST /forgot"] = Access.Everybody,
        ["GET /forgot/sent"] = Access.Everybody,
        ["GET /email"] = Access.Everybody,
        ["POST /email"] = Access.Everybody,
        ["GET /password"] = Access.Everybody,
        ["POST /password"] = Access.Everybody,
        ["GET /signin/code"] = Access.Everybody,
        ["POST /signin/code"] = Access.Everybody,
        ["POST /signin/passkey/options"] = Access.Everybody,
        ["POST /signin/passkey"] = Access.Everybody,
        ["GET /robots.txt"] = Access.Everybody,
        ["GET /.well-known/security.txt"] = Access.Everybody,
        ["GET /.well-known/change-password"] = Access.Everybody,
        ["ANY /{**path}"] = Access.Everybody,
        // Programs
        ["GET /health"] = Access.Everybody,
        ["GET /health/live"] = Access.Everybody,
        ["GET /health/ready"] = Access.Everybody,
        ["GET /api/v1/healthcheck"] = Access.Everybody,
        ["GET /openapi/{documentName}.json"] = Access.Everybody,
        ["GET /docs"] = Access.Everybody,
        ["GET /openapi.json"] = Access.Everybody,
        ["GET /swagger.json"] = Access.Everybody,
        ["GET /api"] = Access.Everybody,
        ["GET /api/v1"] = Access.Everybody,
        // The Django-style door; ANY is its answer to OPTIONS and to methods that are not there.
        ["ANY /api/{**path}"] = Access.Everybody,
        ["ANY /media/{**path}"] = Access.Everybody,
        ["ANY /api/auth/login"] = Access.Everybody,
        ["POST /api/auth/login"] = Access.Credentials,
        ["ANY /api/auth/token"] = Access.Everybody,
        ["POST /api/auth/token"] = Access.Credentials,
        ["ANY /api/auth/logout"] = Access.Everybody,
        ["POST /api/auth/logout"] = Access.SignedIn,
        ["ANY /api/auth/change-password"] = Access.Everybody,
        ["POST /api/auth/change-password"] = Access.SignedIn,
        ["ANY /api/auth/create-user"] = Access.Everybody,
        ["POST /api/auth/create-user"] = Access.Administrators,
        ["ANY /api/leads"] = Access.Everybody,
        ["POST /api/leads"] = Access.Everybody,
        ["GET /api/leads"] = Access.Firm,
        ["ANY /api/leads/{id:long}"] = Access.Everybody,
        ["GET /api/leads/{id:long}"] = Access.Firm,
        ["PATCH /api/leads/{id:long}"] = Access.Firm,
        ["DELETE /api/leads/{id:long}"] = Access.Administrators,
        ["ANY /api/leads/{id:long}/mark_reached_out"] = Access.Everybody,
        ["POST /api/leads/{id:long}/mark_reached_out"] = Access.Firm,
        ["ANY /api/leads/{id:long}/resume"] = Access.Everybody,
        ["GET /api/leads/{id:long}/resume"] = Access.Firm,
        ["ANY /media/resumes/{**path}"] = Access.Everybody,
        ["GET /media/resumes/{**path}"] = Access.Firm,
        // The JWT door
        ["POST /api/v1/auth/token"] = Access.Credentials,
        ["POST /api/v1/auth/refresh"] = Access.Credentials,
        ["POST /api/v1/auth/logout"] = Access.Credentials,
        ["GET /api/v1/auth/me"] = Access.SignedIn,
        ["POST /api/v1/leads"] = Access.Everybody,
        ["ANY /api/v1/{**path}"] = Access.Everybody,
        ["GET /api/v1/leads"] = Access.Firm,
        ["GET /api/v1/leads/export"] = Access.Firm,
        ["GET /api/v1/leads/changes"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}"] = Access.Firm,
        ["PATCH /api/v1/leads/{id:guid}"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/resume"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/files"] = Access.Firm,
        ["POST /api/v1/leads/{id:guid}/files"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/files/{file:guid}"] = Access.Firm,
        ["PATCH /api/v1/leads/{id:guid}/files/{file:guid}"] = Access.Firm,
        ["DELETE /api/v1/leads/{id:guid}/files/{file:guid}"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/files/{file:guid}/content"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/timeline"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/notes"] = Access.Firm,
        ["POST /api/v1/leads/{id:guid}/notes"] = Access.Firm,
        ["GET /api/v1/leads/{id:guid}/emails"] = Access.Firm,
        ["GET /api/v1/attorneys"] = Access.Firm,
        ["GET /api/v1/attorneys/{id:guid}"] = Access.Firm,
        ["PATCH /api/v1/attorneys/{id:guid}"] = Access.Firm,
    };

    /// <summary>Pages that take a post without the secret of a form of ours, each for a reason.</summary>
    private static readonly HashSet<string> WithoutSecret = new(StringComparer.Ordinal)
    {
        // Prospects: nobody is signed in whose rights could be borrowed, and the form works without cookies.
        "POST /",
        "POST /apply",
        // Mail programs post there by themselves (RFC 8058); the link is the secret.
        "POST /unsubscribe/{token}",
        "POST /unsubscribe/{token}/undo",
        // Nothing is there, for any method.
        "ANY /{**path}",
    };

    private static readonly Role?[] Everyone = [null, Role.Operator, Role.Staff, Role.Attorney, Role.Administrator];

    [Trait("Category", "Slow")]
    [Fact]
    public async Task Every_endpoint_is_open_to_those_in_the_table_and_to_nobody_else()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Web:DeveloperPages", "true")], role: "web");
        var visitors = await Visitors.ComeAsync(app);
        var wrong = new List<string>();
        foreach (var (name, method, address) in Endpoints(app, await SamplesAsync(app)))
        {
            if (!Table.TryGetValue(name, out var access))
            {
                wrong.Add($"{name} has no row in the table of {nameof(AccessMatrixTests)}.");
                continue;
            }

            foreach (var role in Everyone)
            {
                using var answer = await visitors.SendAsync(role, method, address);
                var (got, expected) = (Outcome(answer), Expected(access, role));
                if (got != expected && !(access == Access.Credentials && got == "who are you?"))
                    wrong.Add(
                        $"{name}, {role?.ToString() ?? "nobody"}: {got} ({(int)answer.StatusCode}), not {expected}"
                    );
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task Neither_a_cookie_opens_an_API_nor_a_token_a_page()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var visitors = await Visitors.ComeAsync(app);
        foreach (var (name, method, address) in Endpoints(app, await SamplesAsync(app)))
        {
            if (
                Table.GetValueOrDefault(name)
                is not (Access.SignedIn or Access.Firm or Access.Operations or Access.NotStaff or Access.Administrators)
            )
                continue;

            using var answer = await visitors.SendAsync(
                Role.Administrator,
                method,
                address,
                withWrongCredentials: true
            );

            Assert.True(Outcome(answer) == "who are you?", $"{name}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Every_page_refuses_a_post_without_the_secret_of_its_form_and_changes_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: AnteroomApp.WithoutBackgroundWork,
            role: "web"
        );
        var visitors = await Visitors.ComeAsync(app);
        var pages = Endpoints(app, await SamplesAsync(app))
            .Where(page => page.Method != HttpMethod.Get && Schemes.For(page.Address) == Schemes.Cookie)
            .OrderBy(page => page.Name == "POST /signout") // last: let in, it would have all after it refused
            .ToList();
        var before = await EverythingAsync(app);
        var wrong = new List<string>();
        foreach (var (name, method, address) in pages)
        {
            using var answer = await visitors.SendAsync(Role.Administrator, method, address);
            // Not any 400: a page that does not check could find fault with the empty form.
            var isRefused =
                answer.StatusCode == HttpStatusCode.BadRequest
                && (await answer.Content.ReadAsStringAsync()).Contains(
                    "That form has gone stale",
                    StringComparison.Ordinal
                );
            if (isRefused == WithoutSecret.Contains(name))
                wrong.Add(
                    $"{name}: {(int)answer.StatusCode}, {(isRefused ? "refused though it is" : "let in though it is not")} among the exceptions"
                );
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.InRange(pages.Count, 80, int.MaxValue);
        Assert.Equal(before, await EverythingAsync(app));
    }

    [Fact]
    public async Task Static_files_are_for_everybody()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var files = AllEndpoints(app)
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            .ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.NotNull(file.Metadata.GetMetadata<IAllowAnonymous>()));
    }

    /// <summary>A digest of each table.</summary>
    private static async Task<List<string>> EverythingAsync(AnteroomApp app)
    {
        var digests = new List<string>();
        foreach (
            var table in await app.TextsAsync(
                "select tablename::text from pg_tables where schemaname = 'public' order by tablename"
            )
        )
            digests.Add(
                await app.ValueAsync<string>(
                    $"select '{table} ' || coalesce(md5(string_agg(t::text, '' order by t::text)), 'empty') from \"{table}\" t"
                )
            );
        return digests;
    }

    private static string Outcome(HttpResponseMessage answer) =>
        answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "who are you?",
            HttpStatusCode.Found
                when answer.Headers.Location!.ToString().Contains("/signin", StringComparison.Ordinal) =>
                "who are you?",
            HttpStatusCode.Forbidden => "not you",
            // Where everybody begins leads operators to where they may be.
            HttpStatusCode.Found when answer.Headers.Location!.ToString() == "/admin/operations" => "not you",
            >= HttpStatusCode.InternalServerError => "broken",
            _ => "come in",
        };

    private static string Expected(Access access, Role? role) =>
        access is Access.Everybody or Access.Credentials ? "come in"
        : role is null ? "who are you?"
        : access == Access.SignedIn ? "come in"
        : access == Access.Operations ? (role is Role.Administrator or Role.Operator ? "come in" : "not you")
        : role == Role.Operator ? "not you"
        : access == Access.Administrators && role != Role.Administrator ? "not you"
        : access == Access.NotStaff && role == Role.Staff ? "not you"
        : "come in";

    /// <summary>A method that no endpoint names, for those that answer to every one.</summary>
    private static readonly HttpMethod AnyOther = new("REPORT");

    private static IEnumerable<RouteEndpoint> AllEndpoints(AnteroomApp app) =>
        app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>();

    private static bool IsStaticFile(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || endpoint is RouteEndpoint { RoutePattern.RawText: "{**path:file}" }; // while developing: files made since the build

    private static IEnumerable<(string Name, HttpMethod Method, string Address)> Endpoints(
        AnteroomApp app,
        Func<string, string, string> sample
    )
    {
        foreach (var endpoint in AllEndpoints(app).Where(endpoint => !IsStaticFile(endpoint)))
        {
            var pattern = endpoint.RoutePattern;
            var text = "/" + pattern.RawText!.Trim('/');
            var address =
                "/"
                + string.Join(
                    '/',
                    pattern.PathSegments.Select(segment =>
                        string.Concat(
                            segment.Parts.Select(part =>
                                part switch
                                {
                                    RoutePatternLiteralPart literal => literal.Content,
                                    RoutePatternSeparatorPart separator => separator.Content,
                                    RoutePatternParameterPart parameter => sample(text, parameter.Name),
                                    _ => throw new NotSupportedException($"{text} has a part of an unknown kind."),
                                }
                            )
                        )
                    )
                );
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            foreach (var method in methods.Count == 0 ? ["ANY"] : methods)
                yield return ($"{method} {text}", method == "ANY" ? AnyOther : new HttpMethod(method), address);
        }
    }

    /// <summary>Values for route parameters: those of a lead that is there.</summary>
    private static async Task<Func<string, string, string>> SamplesAsync(AnteroomApp app)
    {
        var number = await new Prospect().IsAcceptedAsync(app);
        var id = await app.ValueAsync<Guid>("select id from leads");
        var key = await app.ValueAsync<string>("select storage_key from resumes");
        return (pattern, name) =>
            name switch
            {
                "number" => $"{number}",
                "code" => "K7M4PQX",
                "id" when pattern.StartsWith("/api/v1/leads", StringComparison.Ordinal) => $"{id}",
                "id" when pattern.StartsWith("/api/leads", StringComparison.Ordinal) => $"{number}",
                "id" => $"{Guid.CreateVersion7()}",
                "documentName" => "v1",
                "job" => "expired",
                "queue" => "work.assign",
                "node" => "7",
                "act" => $"{Guid.CreateVersion7()}",
                "document" or "email" or "file" or "task" or "notice" => $"{Guid.CreateVersion7()}",
                "kind" => "confirmation",
                "section" => "firm",
                "table" => "leads",
                "key" or "digest" => "0123456789abcdef",
                "token" => "no-link-of-ours",
                "path" when pattern.StartsWith("/media/resumes", StringComparison.Ordinal) => key,
                "path" => "nowhere",
                _ => throw new NotSupportedException($"{pattern}: which value is a sample of {name}?"),
            };
    }

    /// <summary>Somebody of each role, with whatever each part of the product wants to see.</summary>
    private sealed class Visitors(AnteroomApp app, Dictionary<Role, (Guid Id, HttpClient Browser)> people)
    {
        public static async Task<Visitors> ComeAsync(AnteroomApp app)
        {
            var people = new Dictionary<Role, (Guid, HttpClient)>();
            foreach (var role in Enum.GetValues<Role>())
            {
                var user = await app.CreateUserAsync(role, role.ToString());
                var browser = app.NewClient();
                using (await browser.SignInAsync(role.ToString(), AnteroomApp.Password)) { }
                people[role] = (user.Id, browser);
            }

            return new(app, people);
        }

        /// <summary>Sends an empty request as nobody or somebody.</summary>
        public async Task<HttpResponseMessage> SendAsync(
            Role? role,
            HttpMethod method,
            string address,
            bool withWrongCredentials = false
        )
        {
            var scheme = Schemes.For(address);
            using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
            if (method != HttpMethod.Get)
                request.Content =
                    scheme == Schemes.Cookie
                        ? new FormUrlEncodedContent([])
                        : new StringContent("{}", Encoding.UTF8, "application/json");
            if (role is not { } somebody)
                return await app.Client.SendAsync(request, HeadersOnly);
            var browses = scheme == Schemes.Cookie != withWrongCredentials;
            if (browses)
                return await people[somebody].Browser.SendAsync(request, HeadersOnly);
            request.Headers.Authorization =
                scheme == Schemes.Bearer ? await BearerAsync(somebody) : await TokenAsync(somebody);
            return await app.Client.SendAsync(request, HeadersOnly);
        }

        // One of the answers has no end.
        private const HttpCompletionOption HeadersOnly = HttpCompletionOption.ResponseHeadersRead;

        // A new one each time: among the endpoints is one that makes it useless.
        private async Task<AuthenticationHeaderValue> TokenAsync(Role role) =>
            new(
                "Token",
                await app.Services.GetRequiredService<ApiTokens>().IssueAsync(people[role].Id, CancellationToken.None)
            );

        private async Task<AuthenticationHeaderValue> BearerAsync(Role role)
        {
            using var form = new FormUrlEncodedContent([
                new("username", role.ToString()),
                new("password", AnteroomApp.Password),
            ]);
            using var answer = await app.Client.PostAsync(new Uri("/api/v1/auth/token", UriKind.Relative), form);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return await TokenAsync(role);
            var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return new("Bearer", tokens.GetProperty("access_token").GetString());
        }
    }
}
