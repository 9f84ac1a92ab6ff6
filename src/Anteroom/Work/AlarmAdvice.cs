namespace Anteroom.Work;

/// <summary>What alarms advise. Kept in English; <see cref="AlarmTexts.Say"/> says it in the reader's language.</summary>
internal static class AlarmAdvice
{
    public const string MountDisk =
        "Mount the disk, or give the folder or bucket its name from before; ./run doctor says more.";
    public const string MakeRoomInStore = "Make room, or see to the service; ./run doctor says more.";
    public const string TestMail = "Test the connection in the settings of the mail server.";
    public const string SeeToWorker = "See to it that a worker is running, and what it says about these queues.";
    public const string SeeWhyGivenUp = "See why, and have it tried again or discard it.";
    public const string SeeWhyRefused =
        "See why: when the other side refuses everything, its settings or the sender are probably wrong. Then retry all of them.";
    public const string ResumeIfForgotten = "Resume it if it was forgotten.";
    public const string RestartProcess =
        "The process that has it no longer moves: restart it. If the queue is paused, resume it.";
    public const string StartAgain =
        "Start it again; what it had claimed is with the others already. If it is not to come back, have it forgotten on this page.";
    public const string MakeRoomOnDisk = "Make room: delete old backups or logs, or enlarge the disk.";
    public const string SetClocks =
        "Let both machines set their clocks by the same time server (NTP). Codes of second factors and tokens go by it.";
    public const string RunAgain = "Once the cause is gone, run it again on its page.";
    public const string RestartWorker = "See to it that a worker is running; restart it if it is.";
    public const string SetAnew = "Set it anew.";
    public const string MakeRoom =
        "Raise a maximum or end an absence; they are assigned as soon as someone is available.";
    public const string StartWorker = "Start a process with the role worker or all.";
    public const string RenewPublic =
        "Renew it where HTTPS is served, as on the proxy: people will be warned off the form when it has ended.";
    public const string RenewMail = "Whoever runs the mail server has to renew it: no mail is sent when it has ended.";

    /// <summary>All of it.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        MountDisk,
        MakeRoomInStore,
        TestMail,
        SeeToWorker,
        SeeWhyGivenUp,
        SeeWhyRefused,
        ResumeIfForgotten,
        RestartProcess,
        StartAgain,
        MakeRoomOnDisk,
        SetClocks,
        RunAgain,
        RestartWorker,
        SetAnew,
        MakeRoom,
        StartWorker,
        RenewPublic,
        RenewMail,
    ];
}
