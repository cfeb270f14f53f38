using System.Text.Json;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Requests;

/// <summary>The file <c>com.openfaas.docker.config</c>: what is to be built.</summary>
/// <param name="Image">The name that is pushed.</param>
/// <param name="Arguments">Build arguments.</param>
/// <param name="Platforms">Platforms of the image.</param>
internal sealed record BuildOrder(ImageReference Image, IReadOnlyDictionary<string, string> Arguments, IReadOnlyList<Platform> Platforms)
{
    /// <summary>JSON as the builder reads it.</summary>
    public byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("image", Image.ToString());
            if (Arguments.Count > 0)
            {
                json.WriteStartObject("buildArgs");
                foreach (var (name, value) in Arguments)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            json.WriteStartArray("platforms");
            foreach (var platform in Platforms)
            {
                json.WriteStringValue(platform.ToString());
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
