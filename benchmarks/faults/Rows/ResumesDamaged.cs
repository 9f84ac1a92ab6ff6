using System.Net;

namespace Anteroom.Faults;

/// <summary>One resume is changed and one is cut on the disk.</summary>
internal sealed class ResumesDamaged : IFault
{
    public string Name => "resumes-damaged";

    public string What => "a resume changed and one cut on disk";

    public string ToReach => "not delivered, an alarm";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync("all", cancellation);
        for (var i = 0; i < 3; i++)
            await stage.Door.SubmitAsync(node.Address, cancellation);
        var token = await stage.Door.TokenAsync(node.Address, cancellation);
        var keys = await stage.ValueAsync<string[]>(
            "select array_agg(storage_key order by number) from resumes join leads on leads.id = lead_id",
            cancellation
        );
        Damage(0, bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
        Damage(1, bytes => bytes[..^1]);

        var outcome = new Outcome();
        var numbers = await stage.ValueAsync<long[]>(
            "select array_agg(number order by number) from leads",
            cancellation
        );
        int[] expected = [(int)HttpStatusCode.ServiceUnavailable, (int)HttpStatusCode.ServiceUnavailable, 200];
        for (var i = 0; i < 3; i++)
        {
            var path = $"/api/leads/{numbers[i]}/resume/";
            var (status, _) = await stage.Door.GetAsync(node.Address, path, cancellation, token);
            outcome.Require(status == expected[i], $"resume {i + 1} is answered {status}");
        }

        outcome.Recovery = await stage.UntilAsync(
            "select count(*) = 1 from conditions where detail like '%not what was received%'",
            cancellation
        );
        outcome.Detail = "seconds until the alarm";
        outcome.RecoversWithin(TimeSpan.FromSeconds(5));
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;

        void Damage(int at, Func<byte[], byte[]> change)
        {
            var file = Path.Combine(stage.Data, "resumes", keys[at]);
            File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
        }
    }
}
