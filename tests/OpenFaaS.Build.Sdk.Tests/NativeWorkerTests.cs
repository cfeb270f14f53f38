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

    private static async Task<string> PublishAsync(FunctionProject project, string kind, params string[] arguments)
    {
        var digest = project.At("digest");
        var publish = await project.PublishAsync(["-v:detailed", "-p:FunctionForce=true", $"-p:ContainerDigestFile={digest}", .. arguments]);
        Assert.Contains(kind, publish.ShouldSucceed().Output);
        return await File.ReadAllTextAsync(digest);
    }
}
