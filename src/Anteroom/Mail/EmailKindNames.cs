namespace Anteroom.Mail;

/// <summary>The names of <see cref="EmailKind"/> for people.</summary>
public static class EmailKindNames
{
    /// <summary>As in a sentence: <c>password reset e-mail</c>.</summary>
    public static string ToLabel(this EmailKind kind) => $"{kind.ToWire().Replace('_', ' ')} e-mail";
}
