using System.Globalization;
using Anteroom.Api.Documents;
using Anteroom.Leads;

namespace Anteroom.Api.Compat;

/// <summary>The query string of the Django-style list, by the names that Django REST framework and its filters use.</summary>
internal static class CompatListQuery
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 1000;
    private const int LongestSearch = 200;

    private static readonly string[] Names =
    [
        "limit",
        "offset",
        "page",
        "page_size",
        "state",
        "search",
        "email",
        "ordering",
    ];

    private static readonly Dictionary<string, LeadSort> Orders = new(StringComparer.Ordinal)
    {
        ["-created_at"] = LeadSort.Newest,
        ["created_at"] = LeadSort.Oldest,
        ["-id"] = LeadSort.Newest,
        ["id"] = LeadSort.Oldest,
    };

    public static RouteHandlerBuilder DescribesListQuery(this RouteHandlerBuilder endpoint) =>
        endpoint
            .TakesNumber("limit", 1, MostLimit, "How many leads; 100 when left out.")
            .TakesNumber("offset", 0, int.MaxValue, "How many leads to pass over; not with a page.")
            .TakesNumber("page", 1, int.MaxValue, "Which page, from 1: instead of offset.")
            .TakesNumber("page_size", 1, MostLimit, "The same as limit.")
            .TakesWords("state", Words.State, several: false, "Only leads in this state.")
            .TakesText("search", "Every word begins a name or the email address. Any case, accents ignored.")
            .TakesText("email", "Only leads with this address, in any case.")
            .TakesText("ordering", "The order; newest first when left out.", Orders.Keys);

    /// <summary>Reads it; false with what is wrong, by parameter.</summary>
    public static bool TryRead(IQueryCollection query, out LeadQuery asked, out FieldErrors errors)
    {
        var wrong = errors = new FieldErrors();
        UnknownParameters.AddTo(wrong, query, Names);
        var limit = Whole("limit", Whole("page_size", DefaultLimit, 1, MostLimit), 1, MostLimit);
        var page = Whole("page", 1, 1, int.MaxValue);
        var offset = Whole("offset", 0, 0, int.MaxValue);
        if (query.ContainsKey("page") && query.ContainsKey("offset"))
            wrong.Add("page", "Send either page or offset.");
        asked = new LeadQuery
        {
            Limit = limit,
            Offset = query.ContainsKey("page") ? (page - 1L) * limit : offset,
            Email = Line("email"),
            Sort = Choice("ordering", Orders.Keys) is { } order ? Orders[order] : LeadSort.Newest,
            Filter = new LeadFilter
            {
                Search = Line("search"),
                Statuses = Choice("state", CompatLeads.States) is { } state
                    ? [.. LeadStatus.All.Where(status => CompatLead.StateOf(status) == state)]
                    : [],
            },
        };
        return wrong.IsEmpty;

        int Whole(string name, int otherwise, int least, int most)
        {
            if (query[name] is not [{ } text, ..])
                return otherwise;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                wrong.Add(name, "A valid integer is required.");
            else if (number < least)
                wrong.Add(name, $"Ensure this value is greater than or equal to {Figure(least)}.");
            else if (number > most)
                wrong.Add(name, $"Ensure this value is less than or equal to {Figure(most)}.");
            else
                return (int)number;
            return otherwise;
        }

        // Django's filters take an empty value for none.
        string? Text(string name) => query[name] is [{ Length: > 0 } text, ..] ? text : null;

        string? Line(string name)
        {
            var text = Text(name);
            if (text?.Length > LongestSearch)
                wrong.Add(name, $"Ensure this field has no more than {Figure(LongestSearch)} characters.");
            else if (text?.Contains('\0', StringComparison.Ordinal) == true)
                wrong.Add(name, "Null characters are not allowed.");
            return text;
        }

        string? Choice(string name, IReadOnlyCollection<string> choices)
        {
            if (Text(name) is not { } text)
                return null;
            if (choices.Contains(text, StringComparer.Ordinal))
                return text;
            wrong.Add(name, $"Select a valid choice. {text} is not one of the available choices.");
            return null;
        }

        static string Figure(int value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
