namespace Anteroom.Mail;

/// <summary>The names of <see cref="EmailKind"/> for people.</summary>
internal static class EmailKindNames
{
    /// <summary>Whether it is the firm's first contact with the prospect when there was none before.</summary>
    public static bool IsFirstContact(this EmailKind kind) => kind is EmailKind.Welcome or EmailKind.Personal;

    /// <summary>As in a sentence: <c>password reset email</c>.</summary>
    public static string ToLabel(this EmailKind kind) =>
        kind == EmailKind.Personal ? "email" : $"{kind.ToWire().Replace('_', ' ')} email";
}
