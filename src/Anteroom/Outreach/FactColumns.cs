using System.Data;
using Anteroom.Data;
using Anteroom.Firm;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>The columns of <see cref="ProspectFacts"/>, for statements that are written as SQL.</summary>
internal static class FactColumns
{
    /// <summary>Their names.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        .. ProspectFacts.All.Select(fact => fact.Name),
        "language",
        "answers",
    ];

    /// <summary>Adds them to an insert.</summary>
    public static InsertRows<TRow> Add<TRow>(InsertRows<TRow> insert, Func<TRow, ProspectFacts> factsOf)
    {
        foreach (var fact in ProspectFacts.All)
            insert.Column(fact.Name, row => fact.Get(factsOf(row)) ?? (fact.IsRequired ? "" : null));
        return insert
            .Column("language", row => factsOf(row).Language.ToWire())
            .Json("answers", row => factsOf(row).Answers.ToJson());
    }

    /// <summary>Reads them.</summary>
    public static ProspectFacts Read(NpgsqlDataReader reader)
    {
        var facts = new ProspectFacts
        {
            FirstName = "",
            LastName = "",
            Email = "",
        };
        foreach (var fact in ProspectFacts.All)
            fact.Set(facts, reader[fact.Name] as string);

        facts.Language = WireName.Parse<Language>(reader.GetString("language"));
        facts.Answers = Answers.FromJson(reader.GetString("answers"));
        return facts;
    }
}
