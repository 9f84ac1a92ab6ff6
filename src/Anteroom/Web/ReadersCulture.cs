using System.Globalization;

namespace Anteroom.Web;

/// <summary>Marks pages for people who are not signed in: a switch on the page chooses the language, and a cookie keeps it.</summary>
internal sealed class InEveryLanguage;

/// <summary>Marks pages of the firm: their language is the one that the user has chosen. What is marked neither way is in English.</summary>
internal sealed class InUsersLanguage;

/// <summary>
/// The language of a page, how dates and numbers are written on it, and the time zone. On pages for everybody the language is the one
/// chosen with the switch, else the one the browser asks for (<c>Accept-Language</c>); on pages of the firm the one in the user's
/// profile, else the browser's.
/// </summary>
internal static class ReadersCulture
{
    /// <summary>The cookie that keeps the choice.</summary>
    public const string Cookie = "anteroom.language";

    /// <summary>The parameter of an address that makes the choice: <c>/?lang=es</c>.</summary>
    public const string Parameter = "lang";

    private static readonly CultureInfo English = Language.En.Culture();

    public static TBuilder InEveryLanguage<TBuilder>(this TBuilder pages)
        where TBuilder : IEndpointConventionBuilder => pages.WithMetadata(new InEveryLanguage());

    public static TBuilder InUsersLanguage<TBuilder>(this TBuilder pages)
        where TBuilder : IEndpointConventionBuilder => pages.WithMetadata(new InUsersLanguage());

    /// <summary>Twice: outside of everything that writes pages, and where the user is known.</summary>
    public static IApplicationBuilder UseReadersCulture(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
            {
                Apply(context);
                return next(context);
            }
        );

    /// <summary>
    /// For the rest of the calling method and what it calls. Who writes an error page outside of where the user became known says it again.
    /// </summary>
    public static void Apply(HttpContext context)
    {
        var asked = Asked(context.Request).ToList();
        var culture = asked is [var first, ..] ? first : English;
        var words = English;
        var page = context.GetEndpoint()?.Metadata;
        var user = CurrentUser.From(context.User);
        if (page?.GetMetadata<InEveryLanguage>() is not null)
        {
            words = (Chosen(context) ?? First(asked)).Culture();
            culture = Speaking(words, asked);
        }
        else if (page?.GetMetadata<InUsersLanguage>() is not null)
        {
            words = (user?.Language ?? First(asked)).Culture();
            if (user?.Language is not null || words != English)
                culture = Speaking(words, asked);
        }

        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = words;
        ReadersZone.Current = ReadersZone.Find(user?.TimeZone);
    }

    /// <summary>The same page in another language: the link of the switch.</summary>
    public static string Switch(HttpRequest page, Language language) =>
        QueryString
            .Create(page.Query.Where(one => one.Key != Parameter).Append(new(Parameter, language.ToWire())))
            .ToString();

    /// <summary>The browser's way of writing the language, as <c>es-MX</c>, if it names one.</summary>
    private static CultureInfo Speaking(CultureInfo words, List<CultureInfo> asked) =>
        asked.Find(one => one.TwoLetterISOLanguageName == words.TwoLetterISOLanguageName) ?? words;

    private static Language? Chosen(HttpContext context)
    {
        var isFirst = context.Items.TryAdd(Cookie, true);
        if (isFirst)
            context.Response.Headers.Append("Vary", "Accept-Language, Cookie");
        if (!WireName.TryParse(context.Request.Query[Parameter], out Language now))
            return WireName.TryParse(context.Request.Cookies[Cookie], out Language kept) ? kept : null;
        if (isFirst)
            context.Response.Cookies.Append(
                Cookie,
                now.ToWire(),
                new CookieOptions
                {
                    HttpOnly = true,
                    IsEssential = true,
                    MaxAge = TimeSpan.FromDays(365),
                    SameSite = SameSiteMode.Lax,
                    Secure = context.Request.IsHttps,
                }
            );
        return now;
    }

    private static Language First(IEnumerable<CultureInfo> asked)
    {
        foreach (var culture in asked)
            if (WireName.TryParse(culture.TwoLetterISOLanguageName, out Language language))
                return language;
        return Language.En;
    }

    /// <summary>The browser's languages, most preferred first; cultures unknown to this machine are skipped.</summary>
    private static IEnumerable<CultureInfo> Asked(HttpRequest request)
    {
        var languages = request.GetTypedHeaders().AcceptLanguage;
        foreach (
            var one in languages.Where(one => one.Quality is not 0).OrderByDescending(one => one.Quality ?? 1).Take(10)
        )
            if (Find(one.Value.Value) is { } culture)
                yield return culture;
    }

    private static CultureInfo? Find(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) || name.Length > 20
                ? null
                : CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
