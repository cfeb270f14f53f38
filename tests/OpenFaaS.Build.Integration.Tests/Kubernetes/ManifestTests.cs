extern alias Official;

using System.Text.Json.Nodes;
using Official::k8s;
using Official::k8s.Models;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Pods;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Pods;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;
using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>The manifests of <c>samples/kubernetes</c>, read strictly by the official client's YAML, and used.</summary>
[TestClass]
public sealed class ManifestTests(TestContext context)
{
    [TestMethod]
    public void Deployment_Manifest_IsRootlessAndReadyOnlyWithADaemon()
    {
        var deployment = Read<V1Deployment>("buildkit-deployment.yaml");

        AssertPod(deployment.Spec.Template, deployment.Spec.Selector);
        Assert.AreEqual("apps/v1 Deployment", $"{deployment.ApiVersion} {deployment.Kind}");
    }

    [TestMethod]
    public void StatefulSet_Manifest_IsRootlessAndKeepsItsCacheOnAVolume()
    {
        var set = Read<V1StatefulSet>("buildkit-statefulset.yaml");

        AssertPod(set.Spec.Template, set.Spec.Selector);
        var claim = set.Spec.VolumeClaimTemplates.Single();
        Assert.Contains(claim.Metadata.Name, set.Spec.Template.Spec.Containers.Single().VolumeMounts.Select(mount => mount.Name));
        Assert.IsTrue(claim.Spec.Resources.Requests.ContainsKey("storage"));
        Assert.AreEqual(1000, set.Spec.Template.Spec.SecurityContext.FsGroup);
    }

    [TestMethod]
    public void Rights_Manifest_HasEveryVerbThatBuildsUse()
    {
        var objects = KubernetesYaml.LoadAllFromString(Text("rbac.yaml"), new Dictionary<string, Type>(), strict: true);
        var role = objects.OfType<V1Role>().Single();

        // What the tests of Jobs and of pods see being asked, and the verb that a WebSocket had before 1.35.
        foreach (var asked in new[]
        {
            "create jobs", "get jobs", "delete jobs", "create secrets", "delete secrets", "create configmaps", "delete configmaps", "get pods", "list pods", "watch pods",
            "get pods/log", "list events", "get pods/attach", "create pods/attach", "get pods/exec", "create pods/exec", "get deployments",
        })
        {
            var (verb, resource) = (asked.Split(' ')[0], asked.Split(' ')[1]);
            Assert.IsTrue(role.Rules.Any(rule => rule.Verbs.Contains(verb) && rule.Resources.Contains(resource)), asked);
        }

        Assert.IsFalse(role.Rules.Any(rule => rule.Verbs.Contains("*") || rule.Resources.Contains("*")));
        Assert.AreEqual(role.Metadata.Name, objects.OfType<V1RoleBinding>().Single().RoleRef.Name);
    }

    [TestMethod, RequiresService("docker26")]
    public async Task Deployment_OfTheManifest_IsReachedByItsName()
    {
        var deployment = Read<V1Deployment>("buildkit-deployment.yaml");
        await using var pods = BuildKitPods.Start(TestServices.Endpoint("docker26"), context.Folder());
        pods.Server.Namespace = deployment.Metadata.NamespaceProperty;
        var item = JsonNode.Parse(KubernetesJson.Serialize(deployment))!.AsObject();
        pods.Server.Store.Create("deployments", pods.Server.Namespace, item);
        pods.AddPod("buildkitd-other", new Dictionary<string, string> { ["app.kubernetes.io/name"] = "buildkitd" });
        pods.AddPod("buildkitd-1", deployment.Spec.Template.Metadata.Labels);
        pods.Command = Checked(pods.Command, deployment.Spec.Template.Spec.Containers.Single().Name);
        var settings = new ConnectionSettings { Environment = pods.Environment };

        await using var transport = PodTransport.Create("kube-deployment://buildkitd?namespace=builds", settings);
        await using var calls = new TransportCalls(transport);

        Assert.AreEqual(1, await calls.CountWorkersAsync(context.CancellationToken));
    }

    private static Double.PodCommand Checked(Double.PodCommand command, string container) => (words, input, output, error, token) =>
    {
        Assert.AreEqual("buildkitd", container);
        return command(words, input, output, error, token);
    };

    private static void AssertPod(V1PodTemplateSpec template, V1LabelSelector selector)
    {
        var container = template.Spec.Containers.Single();
        Assert.IsTrue(selector.MatchLabels.All(label => template.Metadata.Labels[label.Key] == label.Value));
        Assert.AreEqual(1000, container.SecurityContext.RunAsUser);
        Assert.AreNotEqual(true, container.SecurityContext.Privileged);
        Assert.AreEqual("Unconfined", container.SecurityContext.SeccompProfile.Type);
        Assert.Contains("--oci-worker-no-process-sandbox", container.Args);
        Assert.AreEqual("buildctl", container.ReadinessProbe.Exec.Command[0]);
        Assert.IsFalse(template.Spec.AutomountServiceAccountToken);
        Assert.IsTrue(container.Resources.Limits.ContainsKey("memory"));
    }

    private static T Read<T>(string name) => KubernetesYaml.Deserialize<T>(Text(name), strict: true);

    private static string Text(string name) => File.ReadAllText(Path.Combine(Repository.Root, "samples/kubernetes", name));
}
