using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Web.Workspace.Details;

namespace Anteroom.Tests.Web.Spanish;

/// <summary>What is stored: for one reader in that reader's language, for everybody in English.</summary>
public sealed class ToldInSpanishTests(TestDatabases databases)
{
    [Fact]
    public async Task A_notice_is_in_the_language_of_whom_it_tells_and_the_timeline_in_that_of_who_looks()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office", "Olivia Office");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "john");
        await app.ExecuteAsync("update users set language = 'es' where user_name = 'maria'");
        await new Prospect().IsAcceptedAsync(app);

        var page = await office.OpenAsync("/leads/1");
        using (await office.SendFormAsync(page.Form("/leads/1/assign"), ("assigned_to", maria.Id.ToString()))) { }
        page = await office.OpenAsync("/leads/1");
        using (await office.SendFormAsync(page.Form("/leads/1/notes"), ("text", "@maria and @john: please call"))) { }
        page = await office.OpenAsync("/leads/1");
        using (
            await office.SendFormAsync(
                page.Form("/leads/1/tasks"),
                ("title", "Call"),
                ("task_for", maria.Id.ToString())
            )
        ) { }

        Assert.Equal(
            [
                "Olivia Office le dio una tarea: Call",
                "Olivia Office le mencionó en una nota sobre Ada Lovelace",
                "Olivia Office mentioned you in a note about Ada Lovelace",
                "Se le asignó Ada Lovelace",
            ],
            (await app.TextsAsync("select text from notices")).Order(StringComparer.Ordinal)
        );
        var stored = await app.ValueAsync<string>("select summary from activities where kind = 'assigned'");
        Assert.StartsWith("assigned this lead to ", stored, StringComparison.Ordinal);
        Assert.Contains(stored, (await office.OpenAsync("/leads/1")).Body!.Words(), StringComparison.Ordinal);

        await app.ExecuteAsync("update users set language = 'es' where user_name = 'office'");

        Assert.Contains(
            stored.Replace("assigned this lead to", "asignó este prospecto a", StringComparison.Ordinal),
            (await office.OpenAsync("/leads/1")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("moved this lead from Registered to Reached out", "pasó este prospecto de Registrado a Contactado")]
    [InlineData(
        "moved this lead from Reached out to Declined: No case – Told her",
        "pasó este prospecto de Contactado a Rechazado: Sin caso – Told her"
    )]
    [InlineData(
        "moved this lead from Registered to Reached out in the name of the firm",
        "pasó este prospecto de Registrado a Contactado en nombre del despacho"
    )]
    [InlineData("entered this lead by hand (walk-in)", "registró este prospecto a mano (en persona)")]
    [InlineData(
        "changed first name: Ada → Ann; phone: (none) → +1 415; source: form → api",
        "cambió nombre: Ada → Ann; teléfono: (nada) → +1 415; origen: form → api"
    )]
    [InlineData(
        "added the task “Call” for John Doe, due Jan 15, 2030, every week",
        "agregó la tarea «Call» para John Doe, vence el 15 ene 2030, cada semana"
    )]
    [InlineData("added the task “Call, due soon”", "agregó la tarea «Call, due soon»")]
    [InlineData(
        "sent the firm welcome email again, to a@b.example",
        "envió de nuevo el correo «Bienvenida del despacho» a a@b.example"
    )]
    [InlineData(
        "put the file “a.doc” into quarantine: the virus scanner found Eicar",
        "puso el archivo «a.doc» en cuarentena: el antivirus encontró Eicar"
    )]
    [InlineData("did something that nobody has translated", "did something that nobody has translated")]
    public void A_line_of_the_timeline_is_said_in_Spanish_with_its_values(string line, string said)
    {
        Assert.Equal(said, Language.Es.In(() => TimelineWords.Of(line)));
        Assert.Equal(line, Language.En.In(() => TimelineWords.Of(line)));
    }
}
