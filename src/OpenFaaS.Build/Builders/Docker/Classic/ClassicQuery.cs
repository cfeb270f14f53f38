using System.Globalization;
using System.Text.Json;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>A build as parameters of <c>POST /build</c>.</summary>
internal static class ClassicQuery
{
    /// <param name="build">The build.</param>
    /// <param name="document">Its Dockerfile.</param>
    /// <param name="dockerfile">Name of the Dockerfile in the context that is sent.</param>
    /// <param name="names">Names that the image gets in the engine.</param>
    /// <param name="caches">Images of the engine whose layers may be taken over.</param>
    public static string Of(ImageBuild build, DockerfileDocument document, string dockerfile, IEnumerable<ImageReference> names, IReadOnlyList<ImageReference> caches)
    {
        var (builder, steps) = (build.Function.Builder, build.Function.Builder.Steps);
        List<(string Name, string Value)> parameters =
        [
            ("version", "1"),
            ("dockerfile", dockerfile),
            ("rm", "1"),
            ("forcerm", "1"),
            ("platform", build.Function.Image.Platforms[0].ToString()),
            ("buildargs", Json(PlatformArguments.Of(build, document, name => name.StartsWith("TARGET", StringComparison.Ordinal)))),
            ("labels", Json(build.Function.Image.Labels)),
            .. names.Select(name => ("t", name.ToString())),
            .. steps.Hosts.Select(host => ("extrahosts", $"{host.Name}:{host.Source}")),
        ];
        Add("target", builder.Target, builder.Target is { Length: > 0 });
        Add("nocache", "1", builder.NoCache);
        Add("pull", "1", builder.Pull == PullPolicy.Always);
        Add("networkmode", steps.Network, steps.Network is not null);
        Add("cachefrom", JsonList(caches), caches.Count > 0);
        Add("ulimits", Limits(steps.Ulimits), steps.Ulimits.Count > 0);
        return string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));

        void Add(string name, string? value, bool isAsked)
        {
            if (isAsked)
            {
                parameters.Add((name, value!));
            }
        }
    }

    private static string Limits(IEnumerable<string> limits) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var limit in limits)
        {
            // Checked when the input was read: name=soft[:hard].
            var values = limit[(limit.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(':');
            json.WriteStartObject();
            json.WriteString("Name", limit[..limit.IndexOf('=', StringComparison.Ordinal)]);
            json.WriteNumber("Soft", long.Parse(values[0], CultureInfo.InvariantCulture));
            json.WriteNumber("Hard", long.Parse(values[^1], CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static string Json(IReadOnlyDictionary<string, string> map) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    });

    private static string JsonList(IEnumerable<ImageReference> images) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var image in images)
        {
            json.WriteStringValue(image.ToString());
        }

        json.WriteEndArray();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
