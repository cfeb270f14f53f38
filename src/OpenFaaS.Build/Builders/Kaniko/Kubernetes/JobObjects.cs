using System.Globalization;
using k8s.Models;
using OpenFaaS.Build.Builders.Kaniko.Runners;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Describes what a build is made of in a cluster. Credentials and values of arguments are in the Secret and nowhere else.</summary>
/// <param name="names">Names and labels.</param>
/// <param name="run">The run.</param>
internal sealed class JobObjects(JobNames names, KanikoRun run)
{
    /// <summary>Name of the executor's container.</summary>
    public const string Container = "executor";

    private const string MessageFile = "/dev/termination-log";
    private const string InputFolder = "/kaniko/openfaas";
    private const string ConfigFolder = "/kaniko/.docker";
    private const string ConfigKey = ".dockerconfigjson";
    private const string DockerfileName = "Dockerfile";

    /// <summary>A Job that has ended is kept for so long, should nobody be left to delete it.</summary>
    private const int SecondsAfterEnd = 600;

    /// <summary>The executor dies at once when it is asked to; what it runs may not keep the pod for the usual 30 s.</summary>
    private const int SecondsToEnd = 5;

    private readonly KeyValuePair<string, string>[] variables = [.. run.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal)];

    /// <summary>The Job. Its pod waits for the two others, which belong to it and go with it.</summary>
    public V1Job Job()
    {
        var pod = run.Build.Function.Builder.Engine.Kaniko.Pod;
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = Metadata(null),
            Spec = new V1JobSpec
            {
                BackoffLimit = 0,
                ActiveDeadlineSeconds = (long)pod.Deadline.TotalSeconds,
                TtlSecondsAfterFinished = SecondsAfterEnd,
                Template = new V1PodTemplateSpec { Metadata = PodMetadata(), Spec = Pod() },
            },
        };
    }

    /// <summary>The Secret: docker's configuration with the registries in use, and the values of arguments.</summary>
    public V1Secret Secret(V1Job owner)
    {
        var data = new Dictionary<string, byte[]> { [ConfigKey] = run.DockerConfig.ToArray() };
        for (var i = 0; i < variables.Length; i++)
        {
            data[KeyOf(i)] = System.Text.Encoding.UTF8.GetBytes(variables[i].Value);
        }

        return new V1Secret { ApiVersion = "v1", Kind = "Secret", Metadata = Metadata(owner), Type = "kubernetes.io/dockerconfigjson", Immutable = true, Data = data };
    }

    /// <summary>The ConfigMap: the Dockerfile, and the authorities of registries.</summary>
    public V1ConfigMap Inputs(V1Job owner)
    {
        var data = new Dictionary<string, string> { [DockerfileName] = run.Dockerfile, [DockerfileName + ".dockerignore"] = ExecutorPlaces.NoIgnore };
        foreach (var (_, name, content) in ExecutorPlaces.CertificateFiles(run))
        {
            data[name] = content;
        }

        return new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = Metadata(owner), Immutable = true, Data = data };
    }

    private V1ObjectMeta Metadata(V1Job? owner) => new()
    {
        Name = names.Name,
        Labels = names.Labels.ToDictionary(),
        OwnerReferences = owner is null ? null : [new V1OwnerReference { ApiVersion = "batch/v1", Kind = "Job", Name = owner.Metadata.Name, Uid = owner.Metadata.Uid }],
    };

    // A proxy beside the executor would never end, and the Job with it.
    private V1ObjectMeta PodMetadata() => new()
    {
        Labels = new Dictionary<string, string>(names.Labels) { ["sidecar.istio.io/inject"] = "false" },
        Annotations = new Dictionary<string, string> { ["sidecar.istio.io/inject"] = "false", ["linkerd.io/inject"] = "disabled" },
    };

    private V1PodSpec Pod()
    {
        var model = run.Build.Function.Builder.Engine.Kaniko.Pod;
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = model.ServiceAccount is not null,
            ServiceAccountName = model.ServiceAccount,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = SecondsToEnd,
            NodeSelector = model.NodeSelector.Count == 0 ? null : model.NodeSelector.ToDictionary(),
            Tolerations = model.Tolerations.Count == 0 ? null :
            [
                .. model.Tolerations.Select(toleration => new V1Toleration
                {
                    Key = toleration.Key,
                    OperatorProperty = toleration.Value is null ? "Exists" : "Equal",
                    Value = toleration.Value,
                    Effect = toleration.Effect,
                }),
            ],
            ImagePullSecrets = model.ImagePullSecret is { } secret ? [new V1LocalObjectReference { Name = secret }] : null,
            Containers = [Executor()],
            Volumes =
            [
                new V1Volume { Name = "inputs", ConfigMap = new V1ConfigMapVolumeSource { Name = names.Name } },
                new V1Volume { Name = "registries", Secret = new V1SecretVolumeSource { SecretName = names.Name, Items = [new V1KeyToPath { Key = ConfigKey, Path = "config.json" }] } },
            ],
        };
    }

    private V1Container Executor() => new()
    {
        Name = Container,
        Image = ExecutorImage.Of(run.Build, KubernetesRunner.Kind),
        Args = [.. new ExecutorPlaces("tar://stdin", $"{InputFolder}/{DockerfileName}", MessageFile, InputFolder, null).Arguments(run)],
        Env =
        [
            new V1EnvVar { Name = "DOCKER_CONFIG", Value = ConfigFolder },
            .. variables.Select((pair, index) => new V1EnvVar
            {
                Name = pair.Key,
                ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = names.Name, Key = KeyOf(index) } },
            }),
        ],
        Stdin = true,
        StdinOnce = true,
        TerminationMessagePath = MessageFile,
        TerminationMessagePolicy = "File",
        Resources = Resources(),
        VolumeMounts =
        [
            new V1VolumeMount { Name = "inputs", MountPath = InputFolder, ReadOnlyProperty = true },
            new V1VolumeMount { Name = "registries", MountPath = ConfigFolder, ReadOnlyProperty = true },
        ],
    };

    private V1ResourceRequirements? Resources()
    {
        var pod = run.Build.Function.Builder.Engine.Kaniko.Pod;
        var (requests, limits) = (Quantities(pod.CpuRequest, pod.MemoryRequest), Quantities(pod.CpuLimit, pod.MemoryLimit));
        return requests is null && limits is null ? null : new V1ResourceRequirements { Requests = requests, Limits = limits };
    }

    private static Dictionary<string, ResourceQuantity>? Quantities(string? cpu, string? memory)
    {
        var quantities = new (string Name, string? Text)[] { ("cpu", cpu), ("memory", memory) }
            .Where(quantity => quantity.Text is not null)
            .ToDictionary(quantity => quantity.Name, quantity => new ResourceQuantity(quantity.Text), StringComparer.Ordinal);
        return quantities.Count == 0 ? null : quantities;
    }

    private static string KeyOf(int index) => string.Create(CultureInfo.InvariantCulture, $"argument-{index}");
}
