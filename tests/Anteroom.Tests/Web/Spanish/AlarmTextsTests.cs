using Anteroom.Resumes;
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
    public void Names_of_queues_and_jobs_reasons_and_days_are_told_in_it_too()
    {
        AssertIsTold(
            AlarmTexts.In(AlarmTexts.GivenUp, "1,200", "Welcome email"),
            "1,200 items of “Welcome email” were given up.",
            "Se dieron por perdidos 1,200 elementos de “Correo de bienvenida”."
        );
        AssertIsTold(
            AlarmTexts.In(AlarmTexts.JobFailed, "Trash", AlarmTexts.In(AlarmTexts.ResumeDamaged, "2026/a.pdf")),
            "The job “Trash” has failed: The resume file 2026/a.pdf is missing, or is not what was received.",
            "El proceso “Papelera” falló: El archivo de currículum 2026/a.pdf falta o no es lo que se recibió."
        );
        AssertIsTold(
            AlarmTexts.In(
                AlarmTexts.CertificateEnds,
                "mail.example.com",
                AlarmTexts.Day(new(2026, 11, 3, 23, 0, 0, TimeSpan.Zero))
            ),
            "The certificate of mail.example.com ends on November 3, 2026.",
            "El certificado de mail.example.com vence el 3 de noviembre de 2026."
        );
        AssertIsTold(
            new LockedResumeException("k1", isAnother: true).Message,
            "Resume files are encrypted with a key k1 that is another one than the key k1 in Resumes:EncryptionKeys. Set the one that they were encrypted with.",
            "Los archivos de currículum están cifrados con una clave k1 que no es la clave k1 de Resumes:EncryptionKeys. Ponga la clave con la que se cifraron."
        );
        AssertIsTold(
            new LockedResumeException("k1", isAnother: false).Message,
            "Resume files are encrypted with the key k1, which is not in Resumes:EncryptionKeys. Add it there.",
            "Los archivos de currículum están cifrados con la clave k1, que no está en Resumes:EncryptionKeys. Agréguela ahí."
        );
        AssertIsTold(AlarmAdvice.SetAnew, "Set it anew.", "Fíjelo de nuevo.");
    }

    [Fact]
    public void What_nobody_has_put_into_words_before_is_told_as_it_is_kept() =>
        Assert.Equal("The moon is too close.", Language.Es.In(() => AlarmTexts.Say("The moon is too close.")));

    private static void AssertIsTold(string kept, string english, string spanish)
    {
        Assert.Equal(english, kept);
        Assert.Equal(english, Language.En.In(() => AlarmTexts.Say(kept)));
        Assert.Equal(spanish, Language.Es.In(() => AlarmTexts.Say(kept)));
    }
}
