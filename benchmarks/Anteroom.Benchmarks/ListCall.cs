using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>A call that is compared, and where it goes when there are so many leads.</summary>
internal sealed record ListCall(
    string Name,
    Door Door,
    Func<ListClient, int, CancellationToken, Task<string>> AddressOf
)
{
    /// <summary>Whether it may take twice as long at a million leads, and no longer.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it looks for words.</summary>
    public bool IsSearch { get; init; }

    /// <summary>Whether it is known to be slow, and called less often.</summary>
    public bool IsSlow { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ListCall> All { get; } =
    [
        V1("first page", ""),
        Cursor("cursor page near the start", _ => 50),
        Cursor("cursor page in the middle", leads => leads / 2),
        Cursor("cursor page near the end", leads => leads - 60),
        V1("oldest first", "&sort=created_at"),
        V1("status=registered (30 %)", "&status=registered"),
        V1("status=retained (5 %)", "&status=retained"),
        V1("status=lost (0.5 %)", "&status=lost"),
        V1("q=mar (frequent)", "&q=mar"),
        V1("q=joh (frequent)", "&q=joh"),
        V1("q=xio (1 %)", "&q=xio"),
        V1("q=lopez_ (0.3 %)", "&q=lopez_"),
        V1("q=maria.g (0.1 %)", "&q=maria.g"),
        V1("q=quentin.zhang (a few)", "&q=quentin.zhang"),
        V1("q=james.smith12 (a few)", "&q=james.smith12"),
        V1("q=nobody. (none)", "&q=nobody."),
        V1("q=arci (inside a word)", "&q=arci"),
        V1("q=maria garcia (two words)", "&q=maria+garcia"),
        V1("q=lopez&status=lost", "&q=lopez&status=lost"),
        V1("a frequent word of resumes", "&q=we4da3b"),
        V1("a rare word of resumes", "&q=w3f74a8"),
        V1("two words of resumes", "&q=w94f6d7+we5841d"),
        V1("a name and a word of its resume", "&q=maria+we4da3b"),
        V1("a word of resumes, status=registered", "&q=we5841d&status=registered"),
        V1("a phrase", "&q=%22maria+garcia%22"),
        new(
            "offset=900000 (900 of 1,000)",
            Door.Jwt,
            (_, leads, _) =>
                Task.FromResult(
                    string.Create(CultureInfo.InvariantCulture, $"/api/v1/leads?limit=50&offset={leads / 10 * 9}")
                )
        )
        {
            IsSlow = true,
        },
        new("Django-style: first page, X-Total-Count", Door.Token, At("/api/leads/?limit=50")),
        new("workspace: first page, counts", Door.Page, At("/leads")),
        new("workspace: status=lost", Door.Page, At("/leads?status=lost")),
        new("workspace: q=maria.g", Door.Page, At("/leads?q=maria.g")) { IsSearch = true },
        new("workspace: q=mar", Door.Page, At("/leads?q=mar")) { IsSearch = true },
    ];

    /// <summary>Where it goes.</summary>
    public Task<string> AddressAsync(ListClient client, int leads, CancellationToken cancellation) =>
        AddressOf(client, leads, cancellation);

    private static ListCall V1(string name, string query) =>
        new(name, Door.Jwt, At($"/api/v1/leads?limit=50{query}"))
        {
            IsRequired = true,
            IsSearch = query.StartsWith("&q=", StringComparison.Ordinal),
        };

    private static ListCall Cursor(string name, Func<int, int> after) =>
        new(
            name,
            Door.Jwt,
            async (client, leads, cancellation) =>
                $"/api/v1/leads?limit=50&cursor={await client.CursorAsync(after(leads), cancellation)}"
        )
        {
            IsRequired = true,
        };

    private static Func<ListClient, int, CancellationToken, Task<string>> At(string address) =>
        (_, _, _) => Task.FromResult(address);
}
