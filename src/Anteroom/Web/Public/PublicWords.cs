namespace Anteroom.Web.Public;

/// <summary>
/// Names the texts that prospects read, on pages and in e-mails. The English sentence is the key; <c>PublicWords.es.resx</c> has them
/// in Spanish.
/// </summary>
public sealed class PublicWords;
