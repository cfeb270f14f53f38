using System.Text;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Integration.Tests.Kubernetes;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>Builds that run as a Job of a cluster, when all goes well.</summary>
[TestClass, RequiresClusterExecutor]
public sealed class JobTests(TestContext context)
{
    [TestMethod]
    public async Task Run_SmallContext_GivesExitCodeDigestAndOutput()
    {
        await using var scene = new JobScene(context);

        var outcome = await scene.RunAsync();

        Assert.AreEqual(0, outcome.ExitCode, scene.Messages);
        Assert.StartsWith("sha256:", outcome.Digest);
        Assert.Contains("COPY . /", scene.Messages);
        Assert.IsEmpty(scene.Log.Diagnostics);
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_Context_ArrivesWholeAndNothingIsLeft()
    {
        await using var scene = new JobScene(context);
        scene.Add("folder/data.txt", "data").Add("large.txt", Encoding.ASCII.GetBytes(new string('x', 3_000_000)));

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest);
        Assert.AreEqual("hello", scene.Executor.Context["hello.txt"]);
        Assert.AreEqual("data", scene.Executor.Context["folder/data.txt"]);
        Assert.HasCount(3_000_000, scene.Executor.Context["large.txt"]);
        Assert.AreEqual(JobScene.Simple, Encoding.UTF8.GetString(scene.Executor.Start!.Files["/kaniko/openfaas/Dockerfile"]));
        await scene.AssertNothingLeftAsync();
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_ClusterBefore130_GetsTheContextTheOldWay()
    {
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Faults.IsOld = true;

        var outcome = await scene.RunAsync();

        Assert.AreEqual(scene.Executor.Digest, outcome.Digest);
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_Secrets_AreInTheSecretAndNowhereElse()
    {
        var (word, password) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n"));
        var objects = new List<JsonObject>();
        await using var scene = new JobScene(context) { DockerConfig = $$"""{"auths":{"registry.example":{"auth":"{{password}}"} } }""" };
        scene.Cluster.Double.Store.Happened += item => objects.Add(item.Object);
        scene.Variables["WORD"] = word;
        scene.Certificates["registry.example:5000"] = "-----BEGIN CERTIFICATE-----";

        await scene.RunAsync();

        var start = scene.Executor.Start!;
        Assert.AreEqual(word, start.Variables["WORD"]);
        Assert.Contains(password, Encoding.UTF8.GetString(start.Files["/kaniko/.docker/config.json"]));
        Assert.Contains("--registry-certificate=registry.example:5000=/kaniko/openfaas/0.crt", start.Arguments);
        Assert.IsTrue(start.Files.ContainsKey("/kaniko/openfaas/0.crt"));
        foreach (var item in objects)
        {
            var isSecret = (string?)item["kind"] == "Secret";
            var text = item.ToJsonString();
            Assert.IsFalse(text.Contains(word, StringComparison.Ordinal) || text.Contains(password, StringComparison.Ordinal), text);
            Assert.AreEqual(isSecret, text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(word)), StringComparison.Ordinal));
        }

        Assert.DoesNotContain(word, scene.Messages);
        Assert.DoesNotContain(password, scene.Messages);
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_Objects_AreAsTheyWereAskedFor()
    {
        var objects = new List<JsonObject>();
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Store.Happened += item => objects.Add(item.Object);
        (scene.Cluster.Double.Node.Labels["pool"], scene.Cluster.Double.Node.Labels["arch"]) = ("builds", "amd64");
        scene.Set("KanikoMemoryLimit", "4Gi").Set("KanikoMemoryRequest", "2Gi").Set("KanikoCpuRequest", "500m").Set("KanikoNodeSelector", "pool=builds;arch=amd64")
            .Set("KanikoTolerations", "builds=only:NoSchedule;spot").Set("KanikoLabels", "team=a").Set("KanikoServiceAccount", "builder").Set("KanikoImagePullSecret", "pull").Set("KanikoDeadline", "0:10:00");

        await scene.RunAsync();

        var job = objects.First(item => (string?)item["kind"] == "Job");
        var (spec, pod) = (job["spec"]!, job["spec"]!["template"]!["spec"]!);
        Assert.AreEqual(0, (int)spec["backoffLimit"]!);
        Assert.AreEqual(600, (int)spec["activeDeadlineSeconds"]!);
        Assert.IsGreaterThan(0, (int)spec["ttlSecondsAfterFinished"]!);
        Assert.AreEqual("OpenFaaS.Build.Sdk", (string?)job["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]);
        Assert.AreEqual("a", (string?)job["metadata"]!["labels"]!["team"]);
        Assert.AreEqual("Never", (string?)pod["restartPolicy"]);
        Assert.AreEqual("builder", (string?)pod["serviceAccountName"]);
        Assert.IsTrue((bool)pod["automountServiceAccountToken"]!);
        Assert.AreEqual("builds", (string?)pod["nodeSelector"]!["pool"]);
        Assert.AreEqual("Equal Exists", string.Join(' ', pod["tolerations"]!.AsArray().Select(toleration => (string?)toleration!["operator"])));
        Assert.AreEqual("pull", (string?)pod["imagePullSecrets"]![0]!["name"]);
        Assert.AreEqual("""{"requests":{"cpu":"500m","memory":"2Gi"},"limits":{"memory":"4Gi"}}""", Sorted(pod["containers"]![0]!["resources"]!));
        var owner = (string)job["metadata"]!["uid"]!;
        foreach (var kind in new[] { "Secret", "ConfigMap" })
        {
            Assert.AreEqual(owner, (string?)objects.First(item => (string?)item["kind"] == kind)["metadata"]!["ownerReferences"]![0]!["uid"]);
        }
    }

    [TestMethod, RequiresClusterDouble]
    public async Task Run_NoServiceAccount_PodGetsNoToken()
    {
        var objects = new List<JsonObject>();
        await using var scene = new JobScene(context);
        scene.Cluster.Double.Store.Happened += item => objects.Add(item.Object);

        await scene.RunAsync();

        Assert.IsFalse((bool)objects.First(item => (string?)item["kind"] == "Job")["spec"]!["template"]!["spec"]!["automountServiceAccountToken"]!);
    }

    [TestMethod]
    public async Task Run_TwoAtOnce_DoNotDisturbEachOther()
    {
        await using var scene = new JobScene(context);

        var outcomes = await Task.WhenAll(scene.RunAsync(), scene.RunAsync());

        Assert.IsTrue(outcomes.All(outcome => outcome.ExitCode == 0), scene.Messages);
    }

    private static string Sorted(JsonNode resources) =>
        new JsonObject { ["requests"] = resources["requests"]!.DeepClone(), ["limits"] = resources["limits"]!.DeepClone() }.ToJsonString();
}
