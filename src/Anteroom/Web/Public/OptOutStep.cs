namespace Anteroom.Web.Public;

/// <summary>What the page for opting out says.</summary>
public enum OptOutStep
{
    /// <summary>Asks for the click.</summary>
    Ask,

    /// <summary>It is done; with a way back.</summary>
    IsOut,

    /// <summary>It was taken back.</summary>
    IsBack,
}
