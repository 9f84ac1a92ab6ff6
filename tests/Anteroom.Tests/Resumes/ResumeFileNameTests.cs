using System.Text;
using Anteroom.Resumes;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Resumes;

public sealed class ResumeFileNameTests
{
    [Theory]
    [InlineData("resume.pdf", "resume.pdf")]
    [InlineData("../../x.pdf", "x.pdf")]
    [InlineData(@"C:\Users\Ann\My Resume.docx", "My Resume.docx")]
    [InlineData("..", "resume")]
    [InlineData("", "resume")]
    [InlineData(null, "resume")]
    [InlineData("/", "resume")]
    [InlineData("a\0b\r\n.pdf", "ab.pdf")]
    [InlineData("resume\u202Efdp.exe", "resumefdp.exe")]
    [InlineData("<b>\"x\"|?*.pdf", "bx.pdf")]
    [InlineData(" .hidden. ", "hidden")]
    [InlineData("con.pdf", "_con.pdf")]
    [InlineData("LPT1", "_LPT1")]
    [InlineData("Lebenslauf Jürgen.pdf", "Lebenslauf Jürgen.pdf")]
    [InlineData("履歴書.pdf", "履歴書.pdf")]
    public void Names_are_cleaned(string? sent, string shown) => Assert.Equal(shown, ResumeFileName.Clean(sent));

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var name = ResumeFileName.Clean(new string('x', 300) + ".docx");

        Assert.Equal(ResumeFileName.MaxLength, name.Length);
        Assert.EndsWith(".docx", name);
    }

    [Fact]
    public void Whatever_is_sent_gives_a_fit_name() =>
        Prop.ForAll<string?>(sent =>
            {
                var name = ResumeFileName.Clean(sent);
                return name.Length is > 0 and <= ResumeFileName.MaxLength
                    && name.IndexOfAny([.. "<>:\"/\\|?*\r\n\0"]) < 0
                    && !name.EnumerateRunes().Any(Rune.IsControl)
                    && name == ResumeFileName.Clean(name);
            })
            .QuickCheckThrowOnFailure();
}
