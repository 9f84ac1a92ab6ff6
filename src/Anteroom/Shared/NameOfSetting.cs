namespace Anteroom.Shared;

/// <summary>The name that sets a configuration key from outside: <c>Firm__Name</c>, or <c>ATTORNEY_EMAIL</c> where that is what was used.</summary>
public delegate string NameOfSetting(string key);
