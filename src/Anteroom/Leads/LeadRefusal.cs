namespace Anteroom.Leads;

/// <summary>Why a lead was left as it is.</summary>
public abstract record LeadRefusal : Refusal
{
    private LeadRefusal() { }

    /// <summary>The welcome email is being sent and the mail server is slow: try again in a few seconds.</summary>
    public sealed record BeingWelcomed : LeadRefusal;

    /// <summary>The rules do not allow the move.</summary>
    public sealed record NotAllowed(LeadStatus From, LeadStatus To) : LeadRefusal;

    /// <summary>Somebody else changed the lead after the caller had read it.</summary>
    public sealed record MovedMeanwhile(LeadStatus Now, string? ByName) : LeadRefusal;

    /// <summary>Somebody has merged one of the two already.</summary>
    /// <param name="Into">Where that one is now.</param>
    public sealed record AlreadyMerged(long Into) : LeadRefusal;

    /// <summary>A lead cannot be merged with itself.</summary>
    public sealed record SameLead : LeadRefusal;

    /// <summary>One of the two is made up and goes when the sample data is removed; the other must not go with it.</summary>
    public sealed record OneIsSample : LeadRefusal;

    /// <summary>It is on legal hold: nothing of it goes away.</summary>
    public sealed record OnHold : LeadRefusal;

    /// <summary>An email that is not sent again, and why.</summary>
    public sealed record NotSentAgain(Sentence Why) : LeadRefusal;
}
