using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>The editor of emails in the words of somebody who writes with it; fields are <c>subject</c>, <c>html</c>, <c>text</c>.</summary>
public static class EditorPage
{
    /// <summary>Where one writes.</summary>
    public static ILocator EditorOf(this IPage page, string field) =>
        page.Locator($".field[data-field={field}] .ProseMirror");

    /// <summary>The field behind it, which is what the form sends.</summary>
    public static ILocator SourceOf(this IPage page, string field) => page.Locator($"#f-{field}");

    /// <summary>Why a field is edited as it is written.</summary>
    public static ILocator NoteOf(this IPage page, string field) =>
        page.Locator($".field[data-field={field}] .editor-note");

    /// <summary>A button of its toolbar that opens a menu.</summary>
    public static ILocator Menu(this IPage page, string field, string name) =>
        page.Locator($".field[data-field={field}] .tool", new() { HasText = name });

    /// <summary>Chooses from a menu of its toolbar.</summary>
    public static async Task ChooseAsync(this IPage page, string field, string menu, string choice)
    {
        await page.Menu(field, menu).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = choice }).Filter(new() { Visible = true }).ClickAsync();
    }

    /// <summary>The caret behind everything, or before it.</summary>
    public static async Task GoToEndAsync(this IPage page, string field, bool begin = false)
    {
        await page.EditorOf(field).FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync(begin ? "ArrowLeft" : "ArrowRight");
    }

    /// <summary>Types into the field behind the editor.</summary>
    public static async Task WriteSourceAsync(this IPage page, string field, string source)
    {
        var details = page.Locator($".field[data-field={field}] details.advanced");
        if (await details.GetAttributeAsync("open") is null)
            await details.Locator("summary").ClickAsync();
        await page.SourceOf(field).FillAsync(source);
    }
}
