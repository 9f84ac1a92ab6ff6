using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Shared;

/// <summary>Named values are written by name.</summary>
internal sealed class NamedJsonConverter<T> : JsonConverter<T>
    where T : class, INamed<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToWire());
}
