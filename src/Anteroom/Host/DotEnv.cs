namespace Anteroom.Host;

/// <summary>Reads <c>.env</c> files: <c>NAME=value</c> lines, <c>#</c> comments, optional quotes and <c>export</c>.</summary>
internal static class DotEnv
{
    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <exception cref="CannotStartException">A line is none of these; the message says which.</exception>
    public static IDictionary<string, string> Parse(string text, string path)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (line.StartsWith("export "))
                line = line["export ".Length..].TrimStart();
            var equals = line.IndexOf('=');
            if (equals <= 0)
                throw new CannotStartException($"Line {number} of {path} is not NAME=value.");
            settings[line[..equals].TrimEnd().ToString()] = Value(line[(equals + 1)..].Trim());
        }

        return settings;
    }

    private static string Value(ReadOnlySpan<char> text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'')
        {
            var end = text[1..].IndexOf(text[0]);
            if (end >= 0)
                return text[1..(end + 1)].ToString();
        }

        // A comment needs a space before it, for a password may hold a #.
        var comment = text.IndexOf(" #");
        return (comment < 0 ? text : text[..comment].TrimEnd()).ToString();
    }
}
