using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// In which code page the bytes of Rich Text Format are: that of the font's character set, or of the document. Fonts are declared in groups
/// of their table, each with a number, its character set and its name.
/// </summary>
internal sealed class RtfFonts
{
    private const int MostFonts = 4_000;

    private sealed class Font
    {
        public int? CharacterSet { get; set; }
        public int? CodePage { get; set; }
        public StringBuilder Name { get; } = new();
    }

    private readonly Dictionary<int, Font> _fonts = [];
    private int _page = 1252;
    private int? _tableAt; // how deep the table of fonts is
    private Font? _declared;

    /// <summary>The font of text that names none.</summary>
    public int Default { get; private set; }

    /// <summary>Takes what is about fonts. Gives the font that counts from now on, if it is about that.</summary>
    public int? Take(string word, int? value)
    {
        switch (word)
        {
            case "ansicpg" when value > 0:
                _page = value.Value;
                break;
            case "mac":
                _page = 10000;
                break;
            case "pc":
                _page = 437;
                break;
            case "pca":
                _page = 850;
                break;
            case "deff":
                Default = value ?? 0;
                break;
            case "f" when _tableAt is not null && _fonts.Count < MostFonts:
                _fonts[value ?? 0] = _declared = new();
                break;
            case "f":
                return value ?? 0;
            case "fcharset" when _declared is not null:
                _declared.CharacterSet = value;
                break;
            case "cpg" when _declared is not null:
                _declared.CodePage = value;
                break;
        }

        return null;
    }

    /// <summary>The table of fonts begins.</summary>
    public void BeginTable(int depth) => _tableAt = depth;

    /// <summary>A group has ended; the rest is so deep.</summary>
    public void EndGroup(int depth)
    {
        if (_tableAt > depth)
            (_tableAt, _declared) = (null, null);
    }

    /// <summary>A byte of a font's name, or of anything else that is skipped.</summary>
    public void Name(byte one)
    {
        if (_declared is { Name.Length: < 40 })
            _declared.Name.Append((char)one);
    }

    /// <summary>The name of a font.</summary>
    public string? NameOf(int font) => Of(font)?.Name.ToString();

    /// <summary>The characters of bytes in a font.</summary>
    public string Decode(int font, byte[] bytes)
    {
        var of = Of(font);
        if (of?.CharacterSet == 2)
            return string.Concat(bytes.Select(one => Symbols.Read(of.Name.ToString(), 0xF000 + one)));
        return TextEncodings.CodePage(of?.CodePage ?? PageOf(of?.CharacterSet)).GetString(bytes);
    }

    private Font? Of(int font) => _fonts.GetValueOrDefault(font < 0 ? Default : font);

    private int PageOf(int? characterSet) =>
        characterSet switch
        {
            77 => 10000,
            128 => 932,
            129 => 949,
            130 => 1361,
            134 => 936,
            136 => 950,
            161 => 1253,
            162 => 1254,
            163 => 1258,
            177 => 1255,
            178 => 1256,
            186 => 1257,
            204 => 1251,
            222 => 874,
            238 => 1250,
            254 => 437,
            255 => 850,
            _ => _page,
        };
}
