using Anteroom.Host;

namespace Anteroom;

/// <summary>What a person at the terminal sees when Anteroom is up.</summary>
internal static class Greeting
{
    public static void Print(Installation installation, string? setupToken)
    {
        foreach (var name in installation.IgnoredSettings)
            Console.WriteLine($"{name} is set but not needed: PostgreSQL is Anteroom's queue and cache.");
        foreach (var (name, meant) in installation.Slips)
            Console.WriteLine($"{name} is set, and nothing reads it. Was {meant} meant?");
        Console.WriteLine(
            $"""

            Anteroom is running.

              Form       {installation.Address}/
              Workspace  {installation.Address}/leads
              API docs   {installation.Address}/swagger/

            """
        );
        if (setupToken is not null)
            Console.WriteLine(
                $"""
                There is no administrator yet. To become one, open this link (it works once):

                  {installation.Address}/setup?token={setupToken}

                """
            );
        Console.WriteLine(
            $"Everything is kept in {installation.Data.Path}{(installation.IsEmbedded ? "" : " and on the PostgreSQL server")}. Stop with Ctrl-C."
        );
    }
}
