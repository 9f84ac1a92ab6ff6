using System.Globalization;

namespace Anteroom.Web;

/// <summary>Marks pages that exist in every <see cref="Language"/>; all others are in English.</summary>
internal sealed class InEveryLanguage;

/// <summary>
/// Dates and numbers as the reader writes them (<c>Accept-Language</c>), and on pages for prospects the texts in the reader's language:
/// the one chosen with the switch on the page, which a cookie keeps, else the one the browser asks for.
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

    /// <summary>Outside of everything that writes pages, so that error pages follow it too.</summary>
    public static IApplicationBuilder UseReadersCulture(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
            {
                var asked = Asked(context.Request);
                var culture = asked.FirstOrDefault() ?? English;
                var words = English;
                if (context.GetEndpoint()?.Metadata.GetMetadata<InEveryLanguage>() is not null)
                {
                    var language = Chosen(context) ?? First(asked);
                    words = language.Culture();
                    if (culture.TwoLetterISOLanguageName != words.TwoLetterISOLanguageName)
                        culture = words;
                    context.Response.Headers.Append("Vary", "Accept-Language, Cookie");
                }

                CultureInfo.CurrentCulture = culture;
                CultureInfo.CurrentUICulture = words;
                return next(context);
            }
        );

    private static Language? Chosen(HttpContext context)
    {
        if (WireName.TryParse(context.Request.Query[Parameter], out Language now))
        {
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

        return WireName.TryParse(context.Request.Cookies[Cookie], out Language kept) ? kept : null;
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
