namespace Anteroom.Mail;

/// <summary>The merge fields of the daily report and the weekly summary, with examples.</summary>
internal static class ReportFields
{
    private const string Site = "https://intake.example.com";

    /// <summary>All of them; lists are missing when they are empty.</summary>
    public static MergeField[] All(MergeField firm) =>
        [
            firm,
            new("name", "Who gets it", "Maria Lopez") { Label = "User's name" },
            new("period", "The day or week", "Friday 20 November 2026") { Label = "Period" },
            new("whose", "Whose leads are counted", "the whole firm") { Label = "Whose leads" },
            new("headline", "The most important in a few words", "3 new leads, 1 waiting too long")
            {
                Label = "Headline",
            },
            new("quiet", "Something when nothing happened", "yes", Optional: true)
            {
                Label = "Nothing happened",
                Given = "nothing happened",
            },
            new("missed", "The time for which there was no report", "Thursday 19 November 2026", Optional: true)
            {
                Label = "Time without a report",
                Given = "a report was missed",
            },
            new("missed_link", "Its figures", $"{Site}/reports?from=2026-11-19&to=2026-11-19", Optional: true)
            {
                Label = "Figures of the missed report",
            },
            new("before", "What changes are compared with", "the day before") { Label = "Compared with" },
            new("tiles", "The big figures", Rows(Tile)) { Label = "Tiles" },
            new("tile_rows", "The big figures, two in a row", Rows(Row(("left", Tile), ("right", Tile))))
            {
                Label = "Tile rows",
            },
            Bars("days", "New leads by day"),
            new(
                "statuses",
                "Where all leads stand",
                Rows(Row([.. Bar, ("link", $"{Site}/leads?status=registered")])),
                Optional: true
            )
            {
                Label = "Statuses",
                Given = "there are leads",
            },
            Bars("practice_areas", "New leads by practice area"),
            Bars("sources", "New leads by source"),
            new(
                "attorneys",
                "Everybody's figures",
                Rows(
                    Row(
                        ("row", "Maria Lopez                      2         1         0     3 min     12 of 50"),
                        ("name", "Maria Lopez"),
                        ("submitted", "2"),
                        ("reached_out", "1"),
                        ("retained", "0"),
                        ("median", "3 min"),
                        ("open", "12 of 50"),
                        ("absence", "away until 24 November"),
                        ("color", "#1c2226")
                    )
                ),
                Optional: true
            )
            {
                Label = "Attorneys",
                Given = "it is about several attorneys",
            },
            Loads("over_capacity", "Who has more open leads than their capacity"),
            Loads("missing", "Who is away and has open leads"),
            new(
                "waiting",
                "The leads that have been waiting longest",
                Rows(
                    Row(
                        ("row", "42 Ada Lovelace               17 min, unassigned"),
                        ("number", "42"),
                        ("name", "Ada Lovelace"),
                        ("practice_area", "Employment"),
                        ("whose", "unassigned"),
                        ("time", "17 min"),
                        ("link", $"{Site}/leads/42")
                    )
                ),
                Optional: true
            )
            {
                Label = "Longest waiting",
                Given = "leads are waiting",
            },
            new("waiting_count", "How many wait", "1 lead", Optional: true)
            {
                Label = "How many wait",
                Given = "leads are waiting",
            },
            new(
                "mail_failures",
                "What could not be delivered",
                Rows(Row(("row", "Confirmation                       1"), ("kind", "Confirmation"), ("count", "1"))),
                Optional: true
            )
            {
                Label = "Emails not delivered",
                Given = "emails could not be delivered",
            },
            new("counted", "When it was counted", "21 November 2026, 07:00 (UTC)") { Label = "When it was counted" },
            new("link", "The page with these figures", $"{Site}/reports?from=2026-11-20&to=2026-11-20")
            {
                Label = "Page of the report",
            },
            new("waiting_link", "The list of those who wait", $"{Site}/leads?status=registered")
            {
                Label = "List of those who wait",
            },
            new("settings_link", "Where these emails are switched off", $"{Site}/me")
            {
                Label = "Where to turn this off",
            },
            new("shared", "Set when it goes to an address of the firm and not to a user", "")
            {
                Label = "Shared address",
                Given = "it goes to an address of the firm",
            },
        ];

    private static readonly Dictionary<string, object?> Tile = Row(
        ("row", "New leads                                3  +1"),
        ("label", "New leads"),
        ("value", "3"),
        ("note", "without those of the API"),
        ("change", "+1"),
        ("color", "#1b6539")
    );

    private static readonly (string Name, object? Value)[] Bar =
    [
        ("row", "Fri 20 Nov                         3  ####################"),
        ("label", "Fri 20 Nov"),
        ("count", "3"),
        ("note", "1 retained"),
        ("width", "60"),
        ("rest", "40"),
    ];

    private static MergeField Bars(string name, string meaning) =>
        new(name, meaning, Rows(Row(Bar)), Optional: true) { Label = meaning, Given = "there are new leads" };

    private static MergeField Loads(string name, string meaning) =>
        new(
            name,
            meaning,
            Rows(
                Row(
                    ("row", "Maria Lopez                   51 open leads, at most 50"),
                    ("name", "Maria Lopez"),
                    ("load", "51 open leads, at most 50"),
                    ("absence", "away until 24 November")
                )
            ),
            Optional: true
        )
        {
            Label = meaning,
            Given = name == "missing" ? "somebody is away with open leads" : "somebody is over capacity",
        };

    private static List<Dictionary<string, object?>> Rows(params Dictionary<string, object?>[] rows) => [.. rows];

    private static Dictionary<string, object?> Row(params (string Name, object? Value)[] cells) =>
        cells.ToDictionary(cell => cell.Name, cell => cell.Value, StringComparer.Ordinal);
}
