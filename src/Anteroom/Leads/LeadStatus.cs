namespace Anteroom.Leads;

/// <summary>
/// Where a lead stands. The way in is <c>registered → reached_out → consultation → retained</c>; out, at any point, are
/// <c>declined</c> and <c>lost</c>; every later status can be reopened to <c>registered</c>. <see cref="Lead"/> says
/// which move is legal.
/// </summary>
public enum LeadStatus
{
    /// <summary>Submitted; nobody of the firm has been in touch yet.</summary>
    Registered,

    /// <summary>Somebody of the firm has made the first contact.</summary>
    ReachedOut,

    /// <summary>A consultation is agreed or has taken place.</summary>
    Consultation,

    /// <summary>The firm has taken the prospect on as a client.</summary>
    Retained,

    /// <summary>The firm has declined.</summary>
    Declined,

    /// <summary>The prospect went elsewhere or could not be reached.</summary>
    Lost,
}

/// <summary>The names of <see cref="LeadStatus"/> on pages.</summary>
public static class LeadStatusNames
{
    /// <summary>Every status in the order in which a lead goes through them.</summary>
    public static IReadOnlyList<LeadStatus> All { get; } = Enum.GetValues<LeadStatus>();

    /// <summary>The name people read: <c>Reached out</c>.</summary>
    public static string ToLabel(this LeadStatus status) =>
        status == LeadStatus.ReachedOut ? "Reached out" : status.ToString();
}
