using System.Globalization;
using System.Text.Json.Nodes;
using Anteroom.Resumes;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>
/// What the documents say about an endpoint that reads its request itself. These only describe: <c>Accepts</c> would also choose
/// the endpoint by content type, and another one would get a 404 from the page for unknown addresses instead of a 415.
/// </summary>
internal static class EndpointDescriptions
{
    /// <summary>A body like <typeparamref name="T"/> in each of the content types.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, params string[] contentTypes) =>
        endpoint.Takes([.. contentTypes.Select(type => (type, typeof(T)))]);

    public static RouteHandlerBuilder TakesSubmission(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Takes([("multipart/form-data", typeof(SubmissionForm)), ("application/json", typeof(SubmissionJson))])
            .TakesIdempotencyKey();

    public static RouteHandlerBuilder TakesSubmissionOrPlainForm(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Takes([
                ("multipart/form-data", typeof(SubmissionForm)),
                ("application/json", typeof(SubmissionJson)),
                ("application/x-www-form-urlencoded", typeof(SubmissionPlainForm)),
            ])
            .TakesIdempotencyKey();

    private static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint) =>
        endpoint.TakesHeader(
            "Idempotency-Key",
            "1 to 200 printable characters of your own: the same body with the same key gets the same answer for a day, another body 422."
        );

    /// <summary>A body that may be left out.</summary>
    public static RouteHandlerBuilder OptionalBody(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                if (operation.RequestBody is OpenApiRequestBody body)
                    body.Required = false;
                return Task.CompletedTask;
            }
        );

    public static RouteHandlerBuilder TakesNumber(
        this RouteHandlerBuilder endpoint,
        string name,
        int least,
        int most,
        string description
    ) =>
        endpoint.TakesParameter(
            name,
            ParameterLocation.Query,
            description,
            new OpenApiSchema
            {
                // No default: clients that fill it in would send page and offset, which exclude each other.
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = least.ToString(CultureInfo.InvariantCulture),
                Maximum = most.ToString(CultureInfo.InvariantCulture),
            }
        );

    public static RouteHandlerBuilder TakesText(
        this RouteHandlerBuilder endpoint,
        string name,
        string description,
        params IEnumerable<string> choices
    ) =>
        endpoint.TakesParameter(
            name,
            ParameterLocation.Query,
            description,
            new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = choices.Any() ? [.. choices.Select(choice => (JsonNode)choice)] : null,
            }
        );

    /// <summary>An instant with its offset.</summary>
    public static RouteHandlerBuilder TakesInstant(
        this RouteHandlerBuilder endpoint,
        string name,
        string description
    ) =>
        endpoint.TakesParameter(
            name,
            ParameterLocation.Query,
            description,
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }
        );

    /// <summary>One of <see cref="Words"/>, or several by naming the parameter again.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">Of the parameter.</param>
    /// <param name="words">Their name.</param>
    /// <param name="several">Whether there can be several.</param>
    /// <param name="description">What it does.</param>
    public static RouteHandlerBuilder TakesWords(
        this RouteHandlerBuilder endpoint,
        string name,
        string words,
        bool several,
        string description
    ) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, context, _) =>
            {
                IOpenApiSchema word = new OpenApiSchemaReference(words, context.Document);
                AddParameter(
                    operation,
                    name,
                    ParameterLocation.Query,
                    description,
                    several ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = word } : word
                );
                return Task.CompletedTask;
            }
        );

    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.TakesParameter(
            name,
            ParameterLocation.Header,
            description,
            new OpenApiSchema { Type = JsonSchemaType.String }
        );

    public static RouteHandlerBuilder AnswersHeader(
        this RouteHandlerBuilder endpoint,
        int status,
        string name,
        string description
    ) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                if (operation.Responses?[status.ToString(CultureInfo.InvariantCulture)] is OpenApiResponse response)
                    response.DescribeHeader(name, description);
                return Task.CompletedTask;
            }
        );

    /// <summary>What is answered beside JSON, as text.</summary>
    public static RouteHandlerBuilder AnswersText(
        this RouteHandlerBuilder endpoint,
        string contentType,
        string description,
        string example
    ) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Responses!["200"].Content![contentType] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = description },
                    Example = JsonValue.Create(example),
                };
                return Task.CompletedTask;
            }
        );

    public static RouteHandlerBuilder AnswersResume(this RouteHandlerBuilder endpoint) =>
        endpoint.AnswersFile(
            ResumeTypeNames.OfSubmissions,
            "attachment, with the prospect's name as the name of the file."
        );

    public static RouteHandlerBuilder AnswersFile(
        this RouteHandlerBuilder endpoint,
        IReadOnlyList<ResumeType> types,
        string disposition
    ) =>
        endpoint
            .AddOpenApiOperationTransformer((operation, _, _) => DescribeFileAsync(operation, types, disposition))
            .Produces(StatusCodes.Status304NotModified)
            .Produces(StatusCodes.Status412PreconditionFailed)
            .Produces(StatusCodes.Status416RangeNotSatisfiable)
            .TakesHeader("Range", "The part of the file that is wanted, such as bytes=1000-.")
            .TakesHeader("If-Range", "The ETag of before: the whole file, whatever Range says, when it is another one.")
            .TakesHeader("If-Match", "The ETag of before: 412 when it is another one.")
            .TakesHeader("If-None-Match", "The ETag of before: 304 when it is still the same.");

    private static Task DescribeFileAsync(
        OpenApiOperation operation,
        IReadOnlyList<ResumeType> types,
        string disposition
    )
    {
        foreach (var status in (string[])["200", "206"])
        {
            var response = new OpenApiResponse
            {
                Content = types.ToDictionary(
                    type => type.ToContentType(),
                    _ => new OpenApiMediaType
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                    },
                    StringComparer.Ordinal
                ),
            };
            response.DescribeHeader("Content-Disposition", disposition);
            response.DescribeHeader("ETag", "The SHA-256 of the file.");
            response.DescribeHeader("Last-Modified", "When it was received.");
            (operation.Responses ??= [])[status] = response;
        }

        return Task.CompletedTask;
    }

    private static RouteHandlerBuilder Takes(
        this RouteHandlerBuilder endpoint,
        IReadOnlyList<(string ContentType, Type Body)> bodies
    ) =>
        endpoint.AddOpenApiOperationTransformer(
            async (operation, context, cancellation) =>
            {
                var content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
                foreach (var (type, body) in bodies)
                {
                    // By name, so that clients get a type for it.
                    context.Document!.AddComponent<IOpenApiSchema>(
                        body.Name,
                        await context.GetOrCreateSchemaAsync(body, parameterDescription: null, cancellation)
                    );
                    content[type] = new()
                    {
                        Schema = new OpenApiSchemaReference(body.Name, context.Document),
                        Example = type == "multipart/form-data" ? null : Examples.Of(body),
                    };
                }

                operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
            }
        );

    private static RouteHandlerBuilder TakesParameter(
        this RouteHandlerBuilder endpoint,
        string name,
        ParameterLocation place,
        string description,
        OpenApiSchema schema
    ) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                AddParameter(operation, name, place, description, schema);
                return Task.CompletedTask;
            }
        );

    private static void AddParameter(
        OpenApiOperation operation,
        string name,
        ParameterLocation place,
        string description,
        IOpenApiSchema schema
    ) =>
        operation.Parameters = [
            .. (operation.Parameters ?? []).Where(one => one.Name != name),
            new OpenApiParameter
            {
                Name = name,
                In = place,
                Description = description,
                Schema = schema,
            },
        ];
}
