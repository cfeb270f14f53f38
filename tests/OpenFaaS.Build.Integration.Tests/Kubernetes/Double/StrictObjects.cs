using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>
/// Reads what a client sends as the official types, and refuses fields that they do not have; then what the API server's own validation refuses, as far as
/// it concerns the objects of builds.
/// </summary>
internal static partial class StrictObjects
{
    private static readonly JsonSerializerOptions Options = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new KubernetesJson.KubernetesDateTimeConverter(), new KubernetesJson.KubernetesDateTimeOffsetConverter() },
    };

    /// <summary>The object, checked.</summary>
    /// <exception cref="ApiError">It is refused.</exception>
    public static JsonObject Read(string resource, ReadOnlyMemory<byte> body)
    {
        switch (resource)
        {
            case "jobs":
                Check(Parse<V1Job>(body, "batch/v1", "Job"));
                break;
            case "pods":
                Check(Parse<V1Pod>(body, "v1", "Pod").Spec, "spec");
                break;
            case "secrets":
                Check(Parse<V1Secret>(body, "v1", "Secret"));
                break;
            case "configmaps":
                Keys(Parse<V1ConfigMap>(body, "v1", "ConfigMap").Data?.Keys ?? []);
                break;
            case "deployments":
                Check(Parse<V1Deployment>(body, "apps/v1", "Deployment").Spec.Template.Spec, "spec.template.spec");
                break;
            default:
                throw new ApiError(404, "NotFound", "the server could not find the requested resource");
        }

        return JsonNode.Parse(body.Span)!.AsObject();
    }

    public static V1DeleteOptions DeleteOptions(ReadOnlyMemory<byte> body) => body.Length == 0 ? new V1DeleteOptions() : Deserialize<V1DeleteOptions>(body);

    /// <summary>Reads a document of any official type strictly.</summary>
    public static T Deserialize<T>(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, Options)!;
        }
        catch (JsonException e)
        {
            throw ApiError.BadRequest($"strict decoding error: {e.Message}");
        }
    }

    private static T Parse<T>(ReadOnlyMemory<byte> body, string version, string kind)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var item = Deserialize<T>(body);
        Require(item.ApiVersion == version && item.Kind == kind, $"the object is no {version} {kind}");
        Require(item.Metadata is not null, "metadata: Required value");
        Require(item.Metadata!.Name is null or "" || (Name().IsMatch(item.Metadata.Name) && item.Metadata.Name.Length <= 63), $"metadata.name: Invalid value: \"{item.Metadata.Name}\"");
        Labels(item.Metadata.Labels, "metadata.labels");
        foreach (var owner in item.Metadata.OwnerReferences ?? [])
        {
            Require(owner is { ApiVersion.Length: > 0, Kind.Length: > 0, Name.Length: > 0, Uid.Length: > 0 }, "metadata.ownerReferences: Required value");
        }

        return item;
    }

    private static void Check(V1Job job)
    {
        var spec = job.Spec;
        Require(spec?.Template?.Spec is not null, "spec.template.spec: Required value");
        Require(spec!.BackoffLimit is null or >= 0 && spec.ActiveDeadlineSeconds is null or > 0 && spec.TtlSecondsAfterFinished is null or >= 0, "spec: a number is negative");
        Require(spec.Template!.Spec.RestartPolicy is "Never" or "OnFailure", "spec.template.spec.restartPolicy: Unsupported value: supported values: \"OnFailure\", \"Never\"");
        Labels(spec.Template.Metadata?.Labels, "spec.template.metadata.labels");
        Check(spec.Template.Spec, "spec.template.spec");
    }

    private static void Check(V1PodSpec spec, string at)
    {
        Require(spec.Containers is { Count: > 0 }, $"{at}.containers: Required value");
        var volumes = (spec.Volumes ?? []).Select(volume => volume.Name).ToHashSet(StringComparer.Ordinal);
        Labels(spec.NodeSelector, at + ".nodeSelector");
        foreach (var toleration in spec.Tolerations ?? [])
        {
            Require(toleration.OperatorProperty is null or "Equal" or "Exists" && (toleration.OperatorProperty != "Exists" || string.IsNullOrEmpty(toleration.Value)), $"{at}.tolerations: value must be empty when operator is 'Exists'");
            Require(toleration.Effect is null or "" or "NoSchedule" or "PreferNoSchedule" or "NoExecute", $"{at}.tolerations.effect: Unsupported value");
        }

        foreach (var container in spec.Containers)
        {
            Require(Name().IsMatch(container.Name ?? "") && !string.IsNullOrWhiteSpace(container.Image), $"{at}.containers: name and image are required");
            Require(container.StdinOnce != true || container.Stdin == true, $"{at}.containers.stdinOnce: needs stdin");
            Require(container.TerminationMessagePolicy is null or "File" or "FallbackToLogsOnError", $"{at}.containers.terminationMessagePolicy: Unsupported value");
            Require((container.VolumeMounts ?? []).All(mount => volumes.Contains(mount.Name) && mount.MountPath is ['/', ..]), $"{at}.containers.volumeMounts: Not found");
            Require((container.Env ?? []).All(variable => Variable().IsMatch(variable.Name ?? "") && (variable.Value is null || variable.ValueFrom is null)), $"{at}.containers.env: Invalid value");
            foreach (var (resource, quantity) in container.Resources?.Requests ?? new Dictionary<string, ResourceQuantity>())
            {
                var limit = container.Resources!.Limits is { } limits && limits.TryGetValue(resource, out var found) ? found : null;
                Require(limit is null || quantity.ToDecimal() <= limit.ToDecimal(), $"{at}.containers.resources.requests: must be less than or equal to {resource} limit");
            }
        }
    }

    private static void Check(V1Secret secret)
    {
        Keys(secret.Data?.Keys ?? []);
        if (secret.Type == "kubernetes.io/dockerconfigjson")
        {
            Require(secret.Data is not null && secret.Data.TryGetValue(".dockerconfigjson", out var config) && IsJson(config), "data[.dockerconfigjson]: Required value: valid JSON");
        }
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Keys(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            Require(Key().IsMatch(key) && key.Length <= 253 && key is not ("." or ".."), $"data[{key}]: Invalid value");
        }
    }

    private static void Labels(IDictionary<string, string>? labels, string at)
    {
        foreach (var (name, value) in labels ?? new Dictionary<string, string>())
        {
            Require(Label().IsMatch(name) && Value().IsMatch(value), $"{at}: Invalid value: \"{name}={value}\"");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw ApiError.Invalid(message);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?\z")]
    private static partial Regex Value();
}
