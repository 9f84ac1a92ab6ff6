namespace Anteroom.Timeline;

/// <summary>Who did something: a user, the prospect, or Anteroom itself.</summary>
/// <param name="Id">The user; null for the prospect and for Anteroom.</param>
/// <param name="Name">The name to show.</param>
public sealed record Actor(Guid? Id, string Name)
{
    /// <summary>What happens without a person.</summary>
    public static Actor Anteroom { get; } = new(null, "Anteroom");

    /// <summary>Somebody of the firm.</summary>
    public static Actor Of(CurrentUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new(user.Id, user.FullName);
    }
}
