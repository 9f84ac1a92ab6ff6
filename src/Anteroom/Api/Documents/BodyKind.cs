using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>
/// A way to send a body. An operation that takes several is too much for some generators: they write a method that mixes them. So there
/// is a document for each kind, where every operation that takes it takes nothing else.
/// </summary>
/// <param name="Name">As in the address of the document.</param>
/// <param name="ContentType">As in the header.</param>
internal sealed record BodyKind(string Name, string ContentType)
{
    public static BodyKind Json { get; } = new("json", "application/json");

    public static BodyKind Form { get; } = new("form", "application/x-www-form-urlencoded");

    public static BodyKind Multipart { get; } = new("multipart", "multipart/form-data");

    /// <summary>Takes the other kinds away wherever this one is taken.</summary>
    public void KeepOnly(OpenApiDocument document)
    {
        var (before, bodies) = (SchemasOf(document).ToList(), BodiesOf(document));
        foreach (var body in bodies)
            if (body.Content!.TryGetValue(ContentType, out var mine))
                body.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [ContentType] = mine,
                };
        foreach (var unused in before.Except(SchemasOf(document), StringComparer.Ordinal))
            document.Components!.Schemas!.Remove(unused);
    }

    private static IEnumerable<OpenApiRequestBody> BodiesOf(OpenApiDocument document) =>
        from path in document.Paths.Values
        from operation in path.Operations ?? []
        select operation.Value.RequestBody as OpenApiRequestBody into body
        where body?.Content is not null
        select body;

    private static IEnumerable<string> SchemasOf(OpenApiDocument document) =>
        BodiesOf(document)
            .SelectMany(body => body.Content!.Values)
            .Select(media => media.Schema)
            .OfType<OpenApiSchemaReference>()
            .Select(schema => schema.Reference.Id!);
}
