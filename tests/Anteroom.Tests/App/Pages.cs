using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Anteroom.Tests.App;

/// <summary>What people do with pages, without JavaScript.</summary>
public static class Pages
{
    /// <summary>The page of an answer.</summary>
    public static async Task<IHtmlDocument> PageAsync(this HttpResponseMessage answer)
    {
        var context = BrowsingContext.New(Configuration.Default);
        var html = await answer.Content.ReadAsStringAsync();
        var document = await context.OpenAsync(request => request.Content(html));
        return (IHtmlDocument)document;
    }

    /// <summary>Opens an address and reads the page.</summary>
    public static async Task<IHtmlDocument> OpenAsync(this HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));
        answer.EnsureSuccessStatusCode();
        return await answer.PageAsync();
    }

    /// <summary>Fills in and sends the sign-in form.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(
        this HttpClient client,
        string userName,
        string password,
        string returnUrl = ""
    )
    {
        var page = await client.OpenAsync(
            $"signin{(returnUrl.Length == 0 ? "" : $"?returnUrl={Uri.EscapeDataString(returnUrl)}")}"
        );
        return await client.SendFormAsync(page.Form("/signin"), ("username", userName), ("password", password));
    }

    /// <summary>The form that is sent to an address.</summary>
    public static IHtmlFormElement Form(
        this IHtmlDocument page,
        string action,
        Func<IHtmlFormElement, bool>? which = null
    ) =>
        page
            .Forms.OfType<IHtmlFormElement>()
            .First(form =>
                (form.GetAttribute("action") ?? "").StartsWith(action, StringComparison.Ordinal)
                && which?.Invoke(form) != false
            );

    /// <summary>Sends a form with what stands in it, and these values.</summary>
    public static async Task<HttpResponseMessage> SendFormAsync(
        this HttpClient client,
        IHtmlFormElement form,
        params (string Name, string Value)[] values
    )
    {
        var fields = form.QuerySelectorAll("input[name], button[name], select[name], textarea[name]")
            .Where(field => values.All(value => value.Name != field.GetAttribute("name")))
            .Select(field =>
                KeyValuePair.Create(
                    field.GetAttribute("name")!,
                    (field as IHtmlTextAreaElement)?.Value ?? field.GetAttribute("value") ?? ""
                )
            )
            .Concat(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
        using var content = new FormUrlEncodedContent(fields.ToList());
        return await client.PostAsync(new Uri(form.GetAttribute("action")!, UriKind.RelativeOrAbsolute), content);
    }

    /// <summary>The visible text, white space collapsed.</summary>
    public static string Words(this INode node) =>
        string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
