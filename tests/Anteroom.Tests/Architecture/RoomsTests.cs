using System.Text.RegularExpressions;
using Anteroom.Data;
using Anteroom.Tests.App;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Tests.Architecture;

/// <summary>Arrows go one way: what the compiled product and its SQL lean on, held against the list in <see cref="Rooms"/>.</summary>
[Trait("Category", "Slow")]
public sealed partial class RoomsTests
{
    private static readonly string Source = Path.Combine(NodeScript.RepositoryRoot(), "src", "Anteroom");

    private static readonly Lazy<HashSet<(string From, string To, string Why)>> Arrows = new(() =>
        [
            .. new ArchLoader()
                .LoadAssembly(typeof(global::Anteroom.App).Assembly)
                .Build()
                .Types.Select(type => (Type: type, Room: Rooms.Of(type.Namespace?.FullName)))
                .Where(from => from.Room is not null)
                .SelectMany(from =>
                    from.Type.Dependencies.Where(arrow => arrow.Target is not GenericParameter)
                        .Select(arrow =>
                            (
                                From: from.Room!,
                                To: Rooms.Of(arrow.Target.Namespace?.FullName)!,
                                Why: $"{from.Type.FullName} leans on {arrow.Target.FullName}"
                            )
                        )
                )
                .Where(arrow => arrow.To is not null && arrow.From != arrow.To),
        ]
    );

    [Fact]
    public void Every_room_has_its_place_in_the_order()
    {
        var found = Directory
            .EnumerateDirectories(Source)
            .Select(Path.GetFileName)
            .Where(name => name is not ("bin" or "obj" or "wwwroot"))
            .Append(Rooms.Root);

        Assert.Equal(Rooms.InOrder.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_arrow_goes_up()
    {
        Assert.Contains(Arrows.Value, arrow => arrow is { From: "Web", To: "Leads" });
        AssertNone(
            Arrows.Value.Where(arrow => Rooms.Rank(arrow.To) < Rooms.Rank(arrow.From)).Select(arrow => arrow.Why)
        );
    }

    [Fact]
    public void At_most_a_third_of_the_possible_arrows_are_there()
    {
        var pairs = Arrows.Value.Select(arrow => (arrow.From, arrow.To)).Distinct().Count();

        Assert.InRange(pairs, 1, Rooms.InOrder.Length * (Rooms.InOrder.Length - 1) / 3);
    }

    [Fact]
    public void Nobody_writes_the_tables_of_another_room()
    {
        var owner = Owners();
        var written = Directory
            .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Source, file).Replace('\\', '/'))
            .Where(file =>
                file.Contains('/', StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal)
            )
            .SelectMany(file => Writes(file).Select(table => (File: file, Table: table)))
            .ToHashSet();
        Assert.Contains(("Leads/Moving/LeadWriter.cs", "leads"), written);

        var across = written
            .Where(write => owner.TryGetValue(write.Table, out var room) && room != write.File.Split('/')[0])
            .ToList();
        var allowed = Rooms.MayWrite.Select(may => (may.File, may.Table)).ToList();
        AssertNone(across.Except(allowed).Select(write => $"{write.File} writes {write.Table}"));
        AssertNone(
            allowed.Except(across).Select(may => $"{may.File} no longer writes {may.Table}: strike it off the list")
        );
    }

    /// <summary>All of them at once, a line each.</summary>
    private static void AssertNone(IEnumerable<string> wrong) =>
        Assert.True(!wrong.Any(), string.Join('\n', wrong.Order(StringComparer.Ordinal)));

    /// <summary>Which room a table belongs to: that of its entity.</summary>
    private static Dictionary<string, string> Owners()
    {
        using var db = new AnteroomDb(new DbContextOptionsBuilder<AnteroomDb>().UseNpgsql("Host=nowhere").Options);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entity in db.Model.GetEntityTypes())
            if (entity.GetTableName() is { } table)
                // Identity's own rows are kept by Accounts.
                owners.TryAdd(table, Rooms.Of(entity.ClrType.Namespace) ?? "Accounts");
        return owners;
    }

    private static IEnumerable<string> Writes(string file) =>
        CSharpSyntaxTree
            .ParseText(File.ReadAllText(Path.Combine(Source, file)))
            .GetRoot()
            .DescendantNodes()
            .SelectMany(
                IEnumerable<Match> (node) =>
                    node is InterpolatedStringExpressionSyntax || node.IsKind(SyntaxKind.StringLiteralExpression)
                        ? Write().Matches(node.ToString())
                    : node
                        is ObjectCreationExpressionSyntax { Type: GenericNameSyntax { Identifier.Text: "InsertRows" } }
                        ? Insert().Matches(node.ToString())
                    : []
            )
            .Select(match => match.Groups["table"].Value);

    [GeneratedRegex(@"\(\s*""(?<table>[a-z_]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Insert();

    [GeneratedRegex(
        @"\b(insert\s+into|delete\s+from|update(\s+only)?|truncate(\s+table)?|copy)\s+(?<table>[a-z_]+)\b(?!\s*skip)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Write();
}
