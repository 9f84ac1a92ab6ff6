namespace Anteroom.Resumes;

/// <summary>Control words of Rich Text Format that stand for a character, or begin what is not prose.</summary>
internal static class RtfWords
{
    /// <summary>What stands for a character.</summary>
    public static IReadOnlyDictionary<string, string> Signs { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tab"] = "\t",
            ["emdash"] = "—",
            ["endash"] = "–",
            ["bullet"] = "•",
            ["lquote"] = "‘",
            ["rquote"] = "’",
            ["ldblquote"] = "“",
            ["rdblquote"] = "”",
            ["emspace"] = " ",
            ["enspace"] = " ",
            ["qmspace"] = " ",
        };

    /// <summary>What begins a group that is not prose.</summary>
    public static IReadOnlySet<string> NotProse { get; } =
        new HashSet<string>(StringComparer.Ordinal)
        {
            "fonttbl",
            "colortbl",
            "stylesheet",
            "listtable",
            "listoverridetable",
            "rsidtbl",
            "generator",
            "info",
            "pict",
            "nonshppict",
            "object",
            "themedata",
            "colorschememapping",
            "datastore",
            "latentstyles",
            "fldinst",
            "xmlnstbl",
            "filetbl",
            "revtbl",
            "annotation",
            "atnid",
            "atnauthor",
            "nonesttables",
            "shpinst",
            "shprslt",
            "do",
            "upr",
            "xe",
            "tc",
            "tcn",
            "rxe",
            "bkmkstart",
            "bkmkend",
            "ftnsep",
            "ftnsepc",
            "ftncn",
            "aftnsep",
            "aftnsepc",
            "aftncn",
            "pgptbl",
        };
}
