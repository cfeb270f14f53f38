using System.Globalization;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman.Service;

/// <summary>A build as parameters of <c>POST /libpod/build</c>. Their values travel to the service alone; no process has them as arguments.</summary>
internal static class ServiceQuery
{
    private const string OciFormat = "application/vnd.oci.image.manifest.v1+json";
    private const string DockerFormat = "application/vnd.docker.distribution.manifest.v2+json";

    /// <param name="function">The function.</param>
    /// <param name="platform">The platform of this run.</param>
    /// <param name="inputs">What is not in the model.</param>
    /// <param name="noCache">Whether nothing of earlier builds is used.</param>
    /// <returns>Path and parameters, escaped.</returns>
    public static string Of(FunctionModel function, Platform platform, ServiceInputs inputs, bool noCache)
    {
        var (builder, image) = (function.Builder, function.Image);
        var isOci = inputs.Format == ImageFormat.Oci;
        var query = new List<KeyValuePair<string, string>>
        {
            new("dockerfile", inputs.Context.DockerfileName),
            new("platform", platform.ToString()),
            new("outputformat", isOci ? OciFormat : DockerFormat),
            new("pullpolicy", builder.Pull switch { PullPolicy.Always => "always", PullPolicy.Never => "never", _ => "missing" }),
            new("layers", "true"),
            new("rm", "true"),
            new("forcerm", "true"),
            new("identitylabel", "false"),
            new("buildargs", Map(inputs.Arguments)),
            new("labels", Map(image.Labels)),
        };
        Add(noCache, "nocache", "true");
        Add(inputs.IsPlain, "tlsVerify", "false");
        Add(builder.Target is not null, "target", builder.Target!);
        Add(inputs.Timestamp is not null, "timestamp", (inputs.Timestamp ?? 0).ToString(CultureInfo.InvariantCulture));
        Add(builder.Steps.Network is not (null or "default"), "networkmode", builder.Steps.Network!);
        Add(isOci && image.Annotations.Count > 0, "annotations", List(image.Annotations.Select(annotation => $"{annotation.Key}={annotation.Value}")));
        Add(inputs.Context.Secrets.Count > 0, "secrets", List(inputs.Context.Secrets.Select(secret => $"id={secret.Key},src={secret.Value}")));
        Add(builder.Steps.Hosts.Count > 0, "extrahosts", List(builder.Steps.Hosts.Select(host => $"{host.Name}:{host.Source}")));
        string[] ulimits = inputs.Mark is { } mark ? [.. builder.Steps.Ulimits, mark.Ulimit] : [.. builder.Steps.Ulimits];
        Add(ulimits.Length > 0, "ulimits", List(ulimits));
        Add(inputs.Contexts.Count > 0, "additionalbuildcontexts", Contexts(inputs.Contexts));
        return $"{PodmanService.Root}/build?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}";

        void Add(bool isAsked, string name, string value)
        {
            if (isAsked)
            {
                query.Add(new(name, value));
            }
        }
    }

    private static string Map(IReadOnlyDictionary<string, string> values) =>
        new JsonObject(values.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, JsonValue.Create(pair.Value)))).ToJsonString();

    private static string List(IEnumerable<string> values) => new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString();

    private static string Contexts(IReadOnlyDictionary<string, ImageReference> contexts) => new JsonObject(contexts.Select(pair => new KeyValuePair<string, JsonNode?>(
        pair.Key, new JsonObject { ["IsURL"] = false, ["IsImage"] = true, ["Value"] = pair.Value.ToString() }))).ToJsonString();
}

/// <summary>What the service is handed beside the model.</summary>
internal sealed record ServiceInputs
{
    public required ServiceContext Context { get; init; }

    /// <summary>Media types of the image.</summary>
    public required ImageFormat Format { get; init; }

    /// <summary>Base images by the names that the Dockerfile writes.</summary>
    public required IReadOnlyDictionary<string, ImageReference> Contexts { get; init; }

    /// <summary>Whether every registry that the build reads may be spoken to over plain http.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>Seconds since the epoch that all times in the image have; null to leave what steps make as it is.</summary>
    public required long? Timestamp { get; init; }

    /// <summary>Values of build arguments by name.</summary>
    public required IReadOnlyDictionary<string, string> Arguments { get; init; }

    /// <summary>The mark of the build's steps; null where the service is on another machine.</summary>
    public StepMark? Mark { get; init; }
}
