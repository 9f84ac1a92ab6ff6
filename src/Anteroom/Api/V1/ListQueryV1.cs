using System.Globalization;
using System.Text;
using Anteroom.Api.Documents;
using Anteroom.Leads;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Api.V1;

/// <summary>The query string of the list: <c>limit</c>, <c>offset</c>, <c>cursor</c>, <c>status</c>, <c>assigned_to</c>, <c>q</c>, <c>created_from</c>, <c>created_to</c>, <c>sort</c>.</summary>
internal static class ListQueryV1
{
    private const int LargestPage = 200;
    private const int LongestSearch = 200;

    private static readonly Dictionary<string, LeadSort> Orders = new(StringComparer.Ordinal)
    {
        ["-created_at"] = LeadSort.Newest,
        ["created_at"] = LeadSort.Oldest,
    };

    /// <summary>How axios names a parameter that is a list.</summary>
    private const string StatusList = "status[]";

    private static readonly string[] Names =
    [
        "limit",
        "offset",
        "page",
        "page_size",
        "cursor",
        "status",
        "assigned_to",
        "q",
        "email",
        "created_from",
        "created_to",
        "sort",
    ];

    public static RouteHandlerBuilder DescribesListQuery(this RouteHandlerBuilder endpoint) =>
        endpoint
            .TakesNumber("limit", 1, LargestPage, "How many leads a page holds; 50 when left out.")
            .TakesNumber("offset", 0, int.MaxValue, "How many leads to pass over; not with a cursor or a page.")
            .TakesNumber("page", 1, int.MaxValue, "Which page, from 1: instead of offset and cursor.")
            .TakesNumber("page_size", 1, LargestPage, "The same as limit.")
            .TakesText("cursor", "The next_cursor of the page before.")
            .DescribesFilters("The order; newest first when left out.");

    /// <summary>Which leads, and in which order.</summary>
    public static RouteHandlerBuilder DescribesFilters(this RouteHandlerBuilder endpoint, string order) =>
        endpoint
            .TakesWords(
                "status",
                Words.Status,
                several: true,
                "Only leads that stand here; several by naming it again. Commas are taken, too."
            )
            .TakesText("assigned_to", "Only leads of this user: an id, me or none.")
            .TakesText(
                "q",
                "Every word begins a word of the name, email address, phone number, message, answers, notes, tags or resume; one that begins nothing anywhere is looked for inside names and addresses. Words in quotation marks stand beside each other. Any case, accents ignored."
            )
            .TakesText("email", "Only leads with this address, in any case.")
            .TakesInstant("created_from", "Submitted at this instant (RFC 3339) or later.")
            .TakesInstant("created_to", "Submitted before this instant.")
            .TakesText("sort", order, Orders.Keys);

    /// <summary>Reads it; false with what is wrong, by parameter.</summary>
    public static bool TryRead(IQueryCollection query, CurrentUser user, out LeadQuery asked, out FieldErrors errors) =>
        TryRead(query, Names, user, out asked, out errors);

    /// <summary>The same for an address that takes other parameters: <paramref name="names"/>.</summary>
    public static bool TryRead(
        IQueryCollection query,
        string[] names,
        CurrentUser user,
        out LeadQuery asked,
        out FieldErrors errors
    )
    {
        var wrong = new FieldErrors();
        var owner = Owner();
        var sort = Sort();
        var cursor = Cursor();
        UnknownParameters.AddTo(wrong, query, names, StatusList);
        var limit = (int)Number("limit", 1, LargestPage, (int)Number("page_size", 1, LargestPage, 50));
        var page = Number("page", 1, int.MaxValue, 1);
        asked = new LeadQuery
        {
            Limit = limit,
            Offset = query.ContainsKey("page") ? (page - 1) * limit : Number("offset", 0, int.MaxValue, 0),
            Email = Line("email"),
            Before = sort == LeadSort.Newest ? cursor : null,
            After = sort == LeadSort.Newest ? null : cursor,
            Filter = new LeadFilter
            {
                Statuses = Statuses(),
                AssignedTo = owner.User,
                Unassigned = owner.Nobody,
                Search = Search(),
            },
            CreatedFrom = Instant("created_from"),
            CreatedTo = Instant("created_to"),
            Sort = sort,
        };
        if (query.ContainsKey("page") && (query.ContainsKey("offset") || cursor is not null))
            wrong.Add("page", "Please send either a page, an offset or a cursor.");
        else if (cursor is not null && asked.Offset > 0)
            wrong.Add("offset", "Please send either an offset or a cursor.");
        errors = wrong;
        return wrong.IsEmpty;

        string? Text(string name)
        {
            var values = query[name];
            if (values.Count > 1)
                wrong.Add(name, "Please send this once.");
            return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
        }

        long Number(string name, long least, long most, long otherwise)
        {
            if (Text(name) is not { } text)
                return otherwise;
            if (
                long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
            )
                return number;
            wrong.Add(
                name,
                string.Create(CultureInfo.InvariantCulture, $"This has to be a whole number from {least} to {most}.")
            );
            return otherwise;
        }

        DateTimeOffset? Instant(string name)
        {
            // A plus sign in a query string is a space.
            if (Text(name)?.Replace(' ', '+') is not { } text)
                return null;
            if (Instants.Parse(text) is { } instant)
                return instant;
            wrong.Add(name, "This has to be a time with its offset, such as 2026-01-31T09:00:00Z.");
            return null;
        }

        List<LeadStatus> Statuses()
        {
            var statuses = new List<LeadStatus>();
            foreach (
                var name in query["status"].Concat(query[StatusList]).SelectMany(value => (value ?? "").Split(','))
            )
            {
                if (LeadStatus.TryParse(name.Trim(), out var status))
                    statuses.Add(status);
                else if (name.Length > 0 && wrong.For("status") is null)
                    wrong.Add(
                        "status",
                        $"This has to be one of {string.Join(", ", LeadStatus.All.Select(one => one.ToWire()))}."
                    );
            }

            return statuses;
        }

        (Guid? User, bool Nobody) Owner()
        {
            switch (Text("assigned_to"))
            {
                case null:
                    return (null, false);
                case "me":
                    return (user.Id, false);
                case "none":
                    return (null, true);
                case var text when Guid.TryParse(text, out var id):
                    return (id, false);
                default:
                    wrong.Add("assigned_to", "This has to be a user's id, me or none.");
                    return (null, false);
            }
        }

        string? Search() => Line("q");

        string? Line(string name)
        {
            var text = Text(name);
            if (text?.Length > LongestSearch)
                wrong.Add(name, $"Please search for at most {LongestSearch} characters.");
            else if (text?.Contains('\0', StringComparison.Ordinal) == true)
                wrong.Add(name, "There is a character in this that no name contains.");
            return text;
        }

        LeadSort Sort()
        {
            if (Text("sort") is not { } name)
                return LeadSort.Newest;
            if (Orders.TryGetValue(name, out var order))
                return order;
            wrong.Add("sort", $"This has to be one of {string.Join(", ", Orders.Keys)}.");
            return default;
        }

        LeadCursor? Cursor()
        {
            if (Text("cursor") is not { } text)
                return null;
            if (Read(text) is { } cursor)
                return cursor;
            wrong.Add("cursor", "This is no cursor. Please send the next_cursor of a page as it is.");
            return null;
        }
    }

    /// <summary>A cursor as clients carry it; they need not know what is in it.</summary>
    public static string Write(LeadCursor cursor) =>
        WebEncoders.Base64UrlEncode(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"n{cursor.Number}"))
        );

    private static LeadCursor? Read(string text)
    {
        try
        {
            var plain = Encoding.ASCII.GetString(WebEncoders.Base64UrlDecode(text));
            return
                plain is ['n', .. var digits]
                && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new LeadCursor(number)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
