using AngleSharp.Html.Dom;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>What administrators do with the forms of their panel.</summary>
internal static class PanelForms
{
    /// <summary>What a browser would send of a form: boxes only when they are ticked, what is chosen of a list.</summary>
    public static Dictionary<string, string> Filled(this IHtmlFormElement form) =>
        form.QuerySelectorAll("input[name], select[name], textarea[name]")
            .Where(field => field is not IHtmlInputElement { Type: "checkbox", IsChecked: false })
            .GroupBy(field => field.GetAttribute("name")!, StringComparer.Ordinal)
            .ToDictionary(
                fields => fields.Key,
                fields =>
                    fields.Last() switch
                    {
                        IHtmlSelectElement select => select.Value ?? "",
                        IHtmlTextAreaElement area => area.Value,
                        var other => other.GetAttribute("value") ?? "",
                    },
                StringComparer.Ordinal
            );

    /// <summary>Opens a page of settings, fills in a section and sends it.</summary>
    public static async Task<HttpResponseMessage> SaveAsync(
        this HttpClient client,
        string section,
        params (string Name, string? Value)[] values
    )
    {
        var page = await client.OpenAsync(section == "retention" ? "/admin/retention" : "/admin/settings");
        return await client.SaveAsync(page, section, values);
    }

    /// <summary>Sends a section of a page that was opened before; null leaves a field out, as a box without a tick.</summary>
    public static async Task<HttpResponseMessage> SaveAsync(
        this HttpClient client,
        IHtmlDocument page,
        string section,
        params (string Name, string? Value)[] values
    )
    {
        var fields = page.Form($"/admin/settings/{section}").Filled();
        foreach (var (name, value) in values)
            if (value is null)
                fields.Remove(name);
            else
                fields[name] = value;
        using var content = new FormUrlEncodedContent(fields);
        return await client.PostAsync(new Uri($"/admin/settings/{section}", UriKind.Relative), content);
    }
}
