using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Shared;

/// <summary>Texts that are likelier than chance to hurt a parser.</summary>
public static class TextGenerators
{
    private static readonly string[] Pieces =
    [
        "a",
        "Z",
        "é",
        "e\u0301",
        "李",
        "𠮷",
        "😀",
        "ß",
        "İ",
        "ǅ",
        "ﬁ",
        "한",
        "د",
        "श\u094D",
        "1",
        "٣",
        "@",
        ".",
        "..",
        "-",
        "'",
        "\"",
        "<",
        ">",
        " ",
        "\u00A0",
        "\u3000",
        "\t",
        "\r",
        "\n",
        "\0",
        "\u001b",
        "\u0085",
        "\u2028",
        "\u200B",
        "\u200C",
        "\u200D",
        "\u200E",
        "\u202E",
        "\u2066",
        "\uFEFF",
        "\uFFFD",
        "\uFFFF",
        "\uD800",
        "\uDC00",
        "\u0301",
        "\u1E9B\u0323",
        "example.com",
        "xn--",
        "xn--bcher-kva",
        "bücher",
        "://",
        "(",
        ")",
        "+",
        "ext",
        "x",
        "/",
        "\\",
        ",",
        "\u3002",
        "\u2126",
        "\u0345",
    ];

    /// <summary>Pieces of every kind in any order, and plain random strings.</summary>
    public static Arbitrary<string> Hostile { get; } =
        Gen.OneOf(
                Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)),
                Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces) + "@example.com"),
                Gen.Elements(Pieces).ListOf().Select(pieces => "a@" + string.Concat(pieces) + ".com"),
                ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")
            )
            .ToArbitrary();
}
