using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Tests.Model;

[TestClass]
public sealed class KanikoReaderTests
{
    [TestMethod]
    public void Read_Everything_IsInTheModel()
    {
        var engine = Read(
            ("DockerCommand", "tools/docker"), ("KanikoImage", "r.example:5000/kaniko:v1@sha256:aa"), ("KanikoRunner", "Kubernetes"), ("KanikoExecutor", "executor"), ("KanikoNetwork", "host"),
            ("KanikoFeatures", "heredoc;MOUNT"), ("KanikoKubeContext", "prod"), ("KanikoNamespace", "builds"), ("KanikoServiceAccount", "kaniko"),
            ("KanikoNodeSelector", "kubernetes.io/arch=amd64;pool=build"), ("KanikoTolerations", "dedicated=build:NoSchedule;spot:NoExecute;any"), ("KanikoLabels", "team=a"),
            ("KanikoCpuRequest", "500m"), ("KanikoCpuLimit", "2"), ("KanikoMemoryRequest", "1Gi"), ("KanikoMemoryLimit", "4Gi"), ("KanikoDeadline", "0:30:00"), ("KanikoImagePullSecret", "pull"));

        var (kaniko, pod) = (engine.Kaniko, engine.Kaniko.Pod);
        Assert.AreEqual("/work/src/My.Function/tools/docker", engine.DockerCommand);
        Assert.AreEqual(("r.example:5000/kaniko:v1@sha256:aa", "kubernetes", "executor", "host"), (kaniko.Image, kaniko.Runner, kaniko.Executor, kaniko.Network));
        CollectionAssert.AreEquivalent(new[] { "heredoc", "mount" }, kaniko.Features.ToArray());
        Assert.AreEqual(("prod", "builds", "kaniko", "pull"), (pod.Context, pod.Namespace, pod.ServiceAccount, pod.ImagePullSecret));
        Assert.AreEqual(("500m", "2", "1Gi", "4Gi", TimeSpan.FromMinutes(30)), (pod.CpuRequest, pod.CpuLimit, pod.MemoryRequest, pod.MemoryLimit, pod.Deadline));
        CollectionAssert.AreEqual(new PodToleration[] { new("dedicated", "build", "NoSchedule"), new("spot", null, "NoExecute"), new("any", null, null) }, pod.Tolerations.ToArray());
        Assert.AreEqual(("amd64", "build", "a"), (pod.NodeSelector["kubernetes.io/arch"], pod.NodeSelector["pool"], pod.Labels["team"]));
    }

    [TestMethod]
    public void Read_Nothing_LeavesItToWhatIsThere()
    {
        var kaniko = Read().Kaniko;

        Assert.IsNull(kaniko.Runner);
        Assert.IsNull(kaniko.Image);
        Assert.IsEmpty(kaniko.Features);
        Assert.AreEqual(TimeSpan.FromHours(1), kaniko.Pod.Deadline);
    }

    [TestMethod]
    [DataRow("KanikoImage", "--privileged")]
    [DataRow("KanikoImage", "a b")]
    [DataRow("KanikoNetwork", "--pid=host")]
    [DataRow("KanikoRunner", "nomad")]
    [DataRow("KanikoFeatures", "secrets")]
    [DataRow("KanikoFeatures", "mount;mount")]
    [DataRow("KanikoNamespace", "Builds")]
    [DataRow("KanikoServiceAccount", "a/b")]
    [DataRow("KanikoNodeSelector", "pool")]
    [DataRow("KanikoLabels", "a=b;a=c")]
    [DataRow("KanikoTolerations", "a:Never")]
    [DataRow("KanikoMemoryLimit", "much")]
    [DataRow("KanikoCpuLimit", "-1")]
    [DataRow("KanikoDeadline", "30")]
    [DataRow("KanikoDeadline", "0:00:00")]
    public void Read_WrongValue_IsAnErrorThatNamesTheProperty(string name, string value)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Read((name, value))).Diagnostics.Single();

        Assert.AreEqual("OFB1002", failure.Descriptor.Code);
        Assert.StartsWith(name + " ", failure.Message);
    }

    [TestMethod]
    [DataRow("KanikoNamespace", "docker", "kubernetes")]
    [DataRow("KanikoDeadline", "", "kubernetes")]
    [DataRow("KanikoNetwork", "executor", "docker and podman")]
    [DataRow("KanikoExecutor", "podman", "executor")]
    public void Read_ValueThatTheRunnerHasNoUseOf_IsAnError(string name, string runner, string owner)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Read(("ContainerBuilder", "kaniko"), ("KanikoRunner", runner), (name, name == "KanikoDeadline" ? "0:01:00" : "x"))).Diagnostics.Single();

        Assert.AreEqual("OFB1002", failure.Descriptor.Code);
        Assert.Contains(owner, failure.Message);
        Assert.IsEmpty(Read((name, name == "KanikoDeadline" ? "0:01:00" : "x")).Endpoints);
    }

    private static EngineModel Read(params (string, string)[] properties) =>
        FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "x"), .. properties]), _ => null).Builder.Engine;
}
