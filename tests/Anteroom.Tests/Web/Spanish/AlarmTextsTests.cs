using Anteroom.Work;

namespace Anteroom.Tests.Web.Spanish;

/// <summary>Alarms are kept in English; who reads Spanish is told the same in Spanish.</summary>
public sealed class AlarmTextsTests
{
    [Fact]
    public void An_alarm_with_values_is_told_in_the_readers_language()
    {
        var kept = AlarmTexts.In(AlarmTexts.ResumesDamaged, "2", "1,200", "2026/a.pdf, 2026/b.pdf");
        Assert.Equal(
            "2 of 1,200 resume files are missing or not what was received: 2026/a.pdf, 2026/b.pdf. Restore them from a backup.",
            kept
        );

        Assert.Equal(kept, Language.En.In(() => AlarmTexts.Say(kept)));
        Assert.Equal(
            "2 de 1,200 archivos de currículum faltan o no son lo que se recibió: 2026/a.pdf, 2026/b.pdf. Restáurelos de una copia de seguridad.",
            Language.Es.In(() => AlarmTexts.Say(kept))
        );
    }

    [Fact]
    public void What_nobody_has_put_into_words_before_is_told_as_it_is_kept() =>
        Assert.Equal("The moon is too close.", Language.Es.In(() => AlarmTexts.Say("The moon is too close.")));
}
