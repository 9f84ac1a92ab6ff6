using System.Globalization;
using System.Text;
using Anteroom.Firm;

namespace Anteroom.Admin;

/// <summary>The people of the demo. None of them exists.</summary>
internal static class SamplePeople
{
    public static readonly string[] Team = ["Maria Alvarez", "Daniel Okafor", "Ingrid Sørensen"];

    /// <summary>Who enters the leads that call or walk in.</summary>
    public const string Desk = "Sam Whitfield";

    // Area codes of the United States, so that each of thousands of people has a number of their own.
    private static readonly int[] AreaCodes =
    [
        202,
        212,
        213,
        215,
        303,
        305,
        312,
        313,
        404,
        407,
        410,
        412,
        414,
        415,
        503,
        504,
        505,
        512,
        513,
        602,
        612,
        614,
        615,
        617,
        619,
        702,
        704,
        713,
        714,
        716,
        801,
        804,
        808,
        813,
        816,
        901,
        904,
        907,
        916,
        919,
    ];

    private static readonly string[] FirstNames =
    [
        "Ada",
        "Noah",
        "Siobhán",
        "Mateo",
        "Aisha",
        "Jean-Luc",
        "Priya",
        "Tom",
        "Lucía",
        "Kwame",
        "Hannah",
        "Yusuf",
        "Mei",
        "Olivia",
        "Björn",
        "Fatima",
        "George",
        "Ngozi",
        "Pavel",
        "Chloe",
        "Rajesh",
        "Elena",
        "Sam",
        "Amélie",
        "Diego",
        "Leila",
        "Marcus",
        "Zoë",
    ];

    private static readonly string[] LastNames =
    [
        "Lovelace",
        "O'Brien",
        "García",
        "Nguyen",
        "Khan",
        "Dubois",
        "Patel",
        "Miller",
        "Fernández",
        "Mensah",
        "Weiss",
        "Demir",
        "Chen",
        "Johnson",
        "Lindqvist",
        "Haddad",
        "Papadopoulos",
        "Eze",
        "Novák",
        "Martin",
        "Iyer",
        "Petrova",
        "Taylor",
        "Lefèvre",
        "Morales",
        "Rahimi",
        "Washington",
        "de Vries",
    ];

    private static readonly string?[] Messages =
    [
        "My employer ended my contract two weeks after I reported a safety problem. I have the emails. What can I do, and how long do I have?",
        "We are buying our first house and the seller wants to change the contract after we signed. Could somebody look it over this week?",
        null,
        "My mother passed away in March and left a handwritten will. My brother says it does not count.",
        "I was hit by a delivery van while cycling to work. The insurer offers 2,000 and asks me to sign quickly.",
        "I hold a work visa that ends in four months and my company is closing its office here.",
        "Two of us are starting a bakery and need help with the partnership agreement.",
        null,
        "My landlord has kept the deposit for three months and does not answer letters.",
        "We have agreed to separate and would like to settle custody without a fight.",
        "I received a letter that says a former client is suing my small design studio.",
        "Please call me after 5 pm, I would rather explain by phone.",
    ];

    public static ProspectFacts Pick(Random random, int index)
    {
        var first = FirstNames[index % FirstNames.Length];
        var last = LastNames[(index * 5 + index / FirstNames.Length) % LastNames.Length];
        var address =
            $"{Letters(first)}.{Letters(last)}{(index < FirstNames.Length ? "" : (index / FirstNames.Length).ToString(CultureInfo.InvariantCulture))}";
        return new ProspectFacts
        {
            FirstName = first,
            LastName = last,
            Email = $"{address}@example.com",
            Phone = random.Next(3) == 0 ? null : Phone(index),
            Message = Messages[random.Next(Messages.Length)],
        };
    }

    // 555-01xx is set aside for fiction (NANP): a hundred numbers in each area. More people than numbers give none.
    private static string? Phone(int index) =>
        index / 100 is var area && area < AreaCodes.Length
            ? string.Create(CultureInfo.InvariantCulture, $"+1 {AreaCodes[area]} 555 01{index * 37 % 100:00}")
            : null;

    /// <summary>A one-page resume as RTF.</summary>
    public static byte[] ResumeOf(ProspectFacts person)
    {
        var text = new StringBuilder(@"{\rtf1\ansi\deff0{\fonttbl{\f0 Helvetica;}}\f0\fs32 ");
        Append($"{person.FirstName} {person.LastName}");
        text.Append(@"\par\fs22 ");
        Append($"{person.Email}   {person.Phone}");
        text.Append(@"\par\par\b Experience\b0\par ");
        Append("2019 to today: project manager at a mid-sized logistics company. Responsible for a team of eight.");
        text.Append(@"\par ");
        Append("2014 to 2019: office administrator. Contracts, suppliers, payroll.");
        text.Append(@"\par\par\b Education\b0\par ");
        Append("Bachelor of Business Administration, 2013.");
        return Encoding.ASCII.GetBytes(text.Append('}').ToString());

        void Append(string words)
        {
            foreach (var letter in words)
                if (letter is '\\' or '{' or '}')
                    text.Append('\\').Append(letter);
                else if (letter < 128)
                    text.Append(letter);
                else
                    text.Append(CultureInfo.InvariantCulture, $@"\u{(short)letter}?");
        }
    }

    private static string Letters(string name) => new([.. Shared.SearchText.For(name).Where(char.IsAsciiLetterLower)]);
}
