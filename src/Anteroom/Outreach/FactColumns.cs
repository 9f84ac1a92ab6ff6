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

    /// <summary>What stands in them, in the order of <see cref="Names"/>.</summary>
    public static IEnumerable<NpgsqlParameter> Values(ProspectFacts facts) =>
        [
            .. ProspectFacts.All.Select(fact => Sql.Value(fact.Get(facts))),
            Sql.Value(facts.Language.ToWire()),
            new NpgsqlParameter<string>(parameterName: "", facts.Answers.ToJson())
            {
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            },
        ];

    /// <summary>Reads them, the first of which is column <paramref name="first"/>.</summary>
    public static ProspectFacts Read(NpgsqlDataReader reader, int first)
    {
        var facts = new ProspectFacts
        {
            FirstName = "",
            LastName = "",
            Email = "",
        };
        foreach (var fact in ProspectFacts.All)
        {
            fact.Set(facts, reader.IsDBNull(first) ? null : reader.GetString(first));
            first++;
        }

        facts.Language = WireName.Parse<Language>(reader.GetString(first));
        facts.Answers = Answers.FromJson(reader.GetString(first + 1));
        return facts;
    }
}
