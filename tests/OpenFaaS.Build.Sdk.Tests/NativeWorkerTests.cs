using System.IO.Compression;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>The worker that the package holds as native code for the machine that packed it.</summary>
[TestClass]
public sealed class NativeWorkerTests(TestContext context)
{
    [TestMethod]
    public void Package_OnLinuxWithACompiler_HoldsANativeWorker()
    {
        using var package = ZipFile.OpenRead(PackedSdk.Package);

        Assert.ContainsSingle(package.Entries.Where(entry => entry.FullName.StartsWith("worker/linux-", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Publish_WithEitherWorker_GivesOneDigest()
    {
        var project = FunctionProject.AnyLanguage(context);

        var native = await PublishAsync(project, ", native.");
        var portable = await PublishAsync(project, ", portable.", "-p:FunctionNativeWorker=false");

        Assert.AreEqual(native, portable);
    }

    [TestMethod]
    public async Task Publish_ToACluster_IsLeftToThePortableWorker()
    {
        var publish = await FunctionProject.AnyLanguage(context).PublishAsync(
            "-v:detailed", "-p:ContainerBuilder=kaniko", "-p:KanikoRunner=kubernetes", "-p:KanikoImage=none/such:1", "-p:ContainerRegistry=127.0.0.1:1", "-p:KanikoKubeContext=none");

        Assert.Contains(", portable.", publish.Output);
        Assert.DoesNotContain(", native.", publish.Output);
        Assert.Contains("error OFB280", publish.Output);
    }

    private static async Task<string> PublishAsync(FunctionProject project, string kind, params string[] arguments)
    {
        var digest = project.At("digest");
        var publish = await project.PublishAsync(["-v:detailed", "-p:FunctionForce=true", $"-p:ContainerDigestFile={digest}", .. arguments]);
        Assert.Contains(kind, publish.ShouldSucceed().Output);
        return await File.ReadAllTextAsync(digest);
    }
}
