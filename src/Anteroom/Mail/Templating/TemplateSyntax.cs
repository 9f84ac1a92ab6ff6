using System.Collections;
using System.Text.RegularExpressions;

namespace Anteroom.Mail;

/// <summary>
/// Reads the part of Handlebars that templates may use, to say in which line what is wrong: values, <c>if</c>, <c>unless</c>,
/// <c>each</c>, <c>with</c>, <c>else</c> and short comments. Three braces are not among it: they would let a prospect's words into
/// the HTML part unescaped. Nor are <c>{{!-- --}}</c>, whose end two readers can see in different places, and <c>{{this}}</c> for
/// everything at once.
/// </summary>
internal sealed partial class TemplateSyntax
{
    private readonly TemplatePart _part;
    private readonly List<TemplateProblem> _problems;
    private readonly Stack<Block> _open = new();
    private Scope _scope;
    private int _line = 1;

    /// <summary>What names are looked up in: the values of the whole email, or one element of a list.</summary>
    private sealed record Scope(object? Shape, Scope? Around, bool InList);

    private sealed record Block(string Helper, int Line, Scope Before)
    {
        public bool HasElse { get; set; }
    }

    private TemplateSyntax(
        TemplatePart part,
        IReadOnlyDictionary<string, object?> fields,
        List<TemplateProblem> problems
    )
    {
        (_part, _problems) = (part, problems);
        _scope = new Scope(fields, Around: null, InList: false);
    }

    /// <summary>Adds what is wrong with <paramref name="source"/> to <paramref name="problems"/>.</summary>
    public static void Check(
        TemplatePart part,
        string source,
        IReadOnlyDictionary<string, object?> fields,
        List<TemplateProblem> problems
    ) => new TemplateSyntax(part, fields, problems).Read(source);

    private void Read(string source)
    {
        var at = 0;
        while (source.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            _line += source.AsSpan(at, start - at).Count('\n');
            var (opening, closing) = source.AsSpan(start).StartsWith("{{{") ? ("{{{", "}}}") : ("{{", "}}");
            var end = source.IndexOf(closing, start + opening.Length, StringComparison.Ordinal);
            var inside = end < 0 ? "" : source[(start + opening.Length)..end];
            if (inside.Contains('!', StringComparison.Ordinal) && inside.Contains("--", StringComparison.Ordinal))
            {
                Wrong($"Please write remarks as {{{{! … }}}}, without -- in them.");
                return;
            }

            if (end < 0 || inside.AsSpan().ContainsAny('{', '}'))
            {
                Wrong($"{opening} is not closed. Write {closing} behind the name.");
                return;
            }

            Expression(opening, inside);
            at = end + closing.Length;
            _line += source.AsSpan(start, at - start).Count('\n');
        }

        foreach (var block in _open.Reverse())
            _problems.Add(
                new(
                    _part,
                    block.Line,
                    $"{{{{#{block.Helper} …}}}} is not closed. Write {{{{/{block.Helper}}}}} behind it."
                )
            );
    }

    private void Expression(string opening, string inside)
    {
        var words = inside.Trim().Trim('~').Trim().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length == 0 ? "" : words[0];
        if (name.StartsWith('!'))
            return;
        if (opening == "{{{" || name.StartsWith('&'))
        {
            var plain = name.TrimStart('&');
            Wrong(
                $"Please write {{{{{plain}}}}} with two braces: values are always escaped, so that nobody can put their own HTML into your emails."
            );
        }
        else if (name.Length == 0)
            Wrong("There is nothing between the braces.");
        else if (name is "#" or "/" && words.Length > 1)
            Wrong($"Please write {name}{words[1]} without the space.");
        else if (name.StartsWith('#'))
            Open(name[1..], words);
        else if (name.StartsWith('/'))
            Close(name[1..]);
        else if (name is "else" or "^")
            Else(words);
        else if (name.StartsWith('>'))
            Wrong("Parts of other templates cannot be used here.");
        else if (words.Length > 1)
            Wrong(
                $"“{name}” is nothing that can be done with a value. There are if, unless, each and with, written {{{{#if phone}}}} … {{{{/if}}}}."
            );
        else if (Find(name, out var value) && value is IReadOnlyDictionary<string, object?>)
            Wrong($"{{{{{name}}}}} is everything at once. Write the name of one field, as {{{{firm}}}}.");
        else if (IsList(value))
            Wrong(
                $"{name} is a list. Write {{{{#each {name}}}}} … {{{{/each}}}} around what shall stand for each element."
            );
    }

    private void Open(string helper, string[] words)
    {
        var before = _scope;
        object? value = null;
        if (helper is not ("if" or "unless" or "each" or "with"))
            Wrong($"There is no {{{{#{helper}}}}}. There are if, unless, each and with.");
        else if (words.Length != 2)
            Wrong(
                $"Please write one name behind #{helper}, as {{{{#{helper} {(helper == "each" ? "rows" : "phone")}}}}}."
            );
        else if (Find(words[1], out value) && helper == "each" && !IsList(value))
            Wrong($"{words[1]} is no list.");

        if (helper == "each")
            _scope = new Scope(First(value), before, InList: true);
        else if (helper == "with")
            _scope = new Scope(value, before, InList: false);
        _open.Push(new Block(helper, _line, before));
    }

    private void Close(string helper)
    {
        if (_open.Count == 0)
        {
            Wrong($"{{{{/{helper}}}}} closes nothing: there is no {{{{#{helper} …}}}} before it.");
            return;
        }

        var block = _open.Pop();
        _scope = block.Before;
        if (block.Helper != helper)
            Wrong(
                $"{{{{/{helper}}}}} stands where {{{{/{block.Helper}}}}} has to close the {{{{#{block.Helper} …}}}} of line {block.Line}."
            );
    }

    private void Else(string[] words)
    {
        if (_open.Count == 0)
            Wrong($"{{{{else}}}} stands outside of {{{{#if …}}}} … {{{{/if}}}}.");
        else if (_open.Peek().HasElse)
            Wrong(
                $"There is a second {{{{else}}}} in the {{{{#{_open.Peek().Helper} …}}}} of line {_open.Peek().Line}."
            );
        else if (words is ["else", "if", var name])
            Find(name, out _);
        else if (words.Length > 1)
            Wrong($"Please write {{{{else}}}} or {{{{else if name}}}}.");
        else
            _open.Peek().HasElse = true;
    }

    /// <summary>Looks a name up; true when <paramref name="value"/> is an example of what it stands for.</summary>
    private bool Find(string path, out object? value)
    {
        value = null;
        var scope = _scope;
        var rest = path;
        while (rest.StartsWith("../", StringComparison.Ordinal))
        {
            if (scope.Around is null)
                return Wrong($"../ in {path} leads out of the email's values.");
            (scope, rest) = (scope.Around, rest[3..]);
        }

        if (rest is "@index" or "@first" or "@last" or "@key")
            return scope.InList || Wrong($"{rest} is known only inside of {{{{#each …}}}}.");
        if (rest is "this" or ".")
        {
            value = scope.Shape;
            return true;
        }

        if (!Name().IsMatch(rest))
            return Wrong($"“{path}” is not a merge field. A field is written as {{{{firm}}}}.");
        value = scope.Shape;
        foreach (var step in rest.Split('.').SkipWhile((step, at) => at == 0 && step == "this"))
        {
            if (value is null)
                return false; // wrong already
            if (value is not IReadOnlyDictionary<string, object?> fields || !fields.TryGetValue(step, out var next))
                return Wrong(
                    $"There is no merge field {{{{{rest}}}}}.{Suggestion(step, (value as IReadOnlyDictionary<string, object?>)?.Keys ?? [])}"
                );
            value = next;
        }

        return true;
    }

    private bool Wrong(Sentence sentence)
    {
        _problems.Add(new(_part, _line, sentence));
        return false;
    }

    private static bool IsList(object? value) =>
        value is IEnumerable and not string and not IReadOnlyDictionary<string, object?>;

    private static object? First(object? value) =>
        IsList(value) ? ((IEnumerable)value!).Cast<object?>().FirstOrDefault() : null;

    private static Sentence Suggestion(string name, IEnumerable<string> known)
    {
        var nearest = known.MinBy(Distance);
        return nearest is not null && Distance(nearest) <= Math.Max(2, name.Length / 3)
            ? (Sentence)$" Did you mean {{{{{nearest}}}}}?"
            : "";

        int Distance(string other) => EditDistance.Of(name.ToLowerInvariant(), other.ToLowerInvariant());
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
