using System.Data;
using Anteroom.Data;
using Anteroom.Firm;
using Npgsql;
using NpgsqlTypes;

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

    /// <summary>Their values, in the order of <see cref="Names"/>.</summary>
    public static IEnumerable<NpgsqlParameter> Values(ProspectFacts facts) =>
        [
            .. ProspectFacts.All.Select(fact => Sql.Value(fact.Get(facts))),
            Sql.Value(facts.Language.ToWire()),
            new NpgsqlParameter<string>(parameterName: "", facts.Answers.ToJson())
            {
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            },
        ];

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
