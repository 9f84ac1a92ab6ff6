namespace Anteroom.Web;

/// <summary>
/// Names the texts of the workspace: <c>@T["Assign to {0}", name]</c>. The English sentence is the key; another language is a
/// file <c>Words.xx.resx</c> beside this one.
/// </summary>
public sealed class Words;
