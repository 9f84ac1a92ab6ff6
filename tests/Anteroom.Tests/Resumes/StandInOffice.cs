namespace Anteroom.Tests.Resumes;

/// <summary>
/// A program that behaves as <c>soffice --convert-to pdf</c> does, and does what a document asks for: HANG, SLOW, NOTHING, RUBBISH or DIE. It writes the same
/// PDF for every other document.
/// </summary>
public static class StandInOffice
{
    /// <summary>How long it hangs, in seconds: a number that no other process of this machine has in its command.</summary>
    public static string Hangs { get; } = $"{90_000 + (Environment.ProcessId % 9_000)}";

    /// <summary>Writes the program; its path.</summary>
    public static string In(string folder)
    {
        var (program, pdf) = (Path.Combine(folder, "soffice"), Path.Combine(folder, "made.pdf"));
        File.WriteAllBytes(pdf, SampleFiles.Pdf());
        File.WriteAllText(
            program,
            $$"""
            #!/bin/sh
            for last; do
                [ "$before" = --outdir ] && out=$last
                before=$last
            done
            name=${last##*/}
            case "$(tr -d '\000' < "$last")" in
            *HANG*) [ -e "{{folder}}/mended" ] || exec sleep {{Hangs}} ;;
            *SLOW*) sleep 12 ;;
            *NOTHING*) echo "Error: source file could not be loaded" >&2; exit 0 ;;
            *RUBBISH*) echo "<script>alert(1)</script>" > "$out/${name%.*}.pdf"; exit 0 ;;
            *DIE*) exit 137 ;;
            esac
            cat "{{pdf}}" > "$out/${name%.*}.pdf"
            """
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
