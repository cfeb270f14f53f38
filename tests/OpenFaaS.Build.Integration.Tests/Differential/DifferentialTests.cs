using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Builders.Embedded.Bases;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing.Delivery;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>The embedded builder and real BuildKit make the same file tree and the same configuration of the same input.</summary>
[TestClass]
public sealed class DifferentialTests(TestContext context)
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static string? baseImage;

    public static IEnumerable<object[]> Modern => DifferentialCases.All.Select(one => new object[] { one });

    public static IEnumerable<object[]> Old => DifferentialCases.All.Where(one => one.IsOldEnough).Select(one => new object[] { one });

    [TestMethod]
    [RequiresService("registry")]
    [RequiresService("docker26")]
    [DynamicData(nameof(Modern))]
    public Task Build_SameInput_EqualsBuildKit26(DifferentialCase one) => CompareAsync(one, "OPENFAAS_TEST_DOCKER26_CLI");

    [TestMethod]
    [RequiresService("registry")]
    [RequiresService("docker")]
    [DynamicData(nameof(Old))]
    public Task Build_SameInput_EqualsBuildKit20(DifferentialCase one) => CompareAsync(one, "OPENFAAS_TEST_DOCKER_CLI");

    private async Task CompareAsync(DifferentialCase one, string engine)
    {
        var dockerfile = one.Dockerfile.Replace("BASE", await BaseAsync(), StringComparison.Ordinal);
        var expectedArchive = Path.Combine(context.Folder(), "expected.tar");
        var folder = Path.Combine(context.Folder(), "context");
        var files = await DifferentialContext.WriteAsync(one, dockerfile, folder, context.CancellationToken);
        await new BuildKitEngine(Environment.GetEnvironmentVariable(engine)!).BuildAsync(one, folder, expectedArchive, context.CancellationToken);
        var actualArchive = Path.Combine(context.Folder(), "actual.tar");
        await EmbeddedAsync(one, files, dockerfile, actualArchive);

        var expected = ImageSnapshot.ReadArchive(expectedArchive);
        var actual = ImageSnapshot.ReadArchive(actualArchive);

        Assert.AreEqual(string.Join('\n', expected.Files), string.Join('\n', actual.Files), "The file trees differ.");
        Assert.AreEqual(string.Join('\n', expected.Config), string.Join('\n', actual.Config), "The configurations differ.");
    }

    private async Task EmbeddedAsync(DifferentialCase one, FileSet files, string dockerfile, string archive)
    {
        var temporary = Directory.CreateDirectory(Path.Combine(context.Folder(), "embedded")).FullName;
        using var connections = new RegistryConnections(new RegistryOptions { Log = new RecordingLog() });
        var downloads = new BlobDownloads(connections, temporary);
        var build = new ImageBuild(Model(one), files, dockerfile, "Dockerfile", one.Arguments, temporary, new RecordingLog());
        var result = await new EmbeddedBuilder(new RegistryBaseImages(connections, downloads, temporary)).BuildAsync(build, context.CancellationToken);
        var writer = new ImageArchiveWriter([new ImageReference("docker.io", "library/x", "1", null)], new BlobReader(downloads).OpenAsync, 0);
        await writer.WriteFileAsync(result.Image!, archive, context.CancellationToken);
    }

    private static FunctionModel Model(DifferentialCase one)
    {
        var properties = new Dictionary<string, string> { ["FunctionTemplate"] = "dockerfile" };
        if (one.Target is { } target)
        {
            properties["ContainerTarget"] = target;
        }

        return FunctionModelReader.Read(
            new BuildRequest
            {
                Version = BuildRequest.CurrentVersion,
                Project = "/differential/x.csproj",
                ProjectName = "x",
                ProjectDirectory = "/differential/",
                Shape = "any",
                OutputDirectory = "/differential/obj/",
                Properties = properties,
            },
            _ => null);
    }

    private async Task<string> BaseAsync()
    {
        await Gate.WaitAsync(context.CancellationToken);
        try
        {
            return baseImage ??= await BaseImage.PushAsync(Environment.GetEnvironmentVariable("OPENFAAS_TEST_REGISTRY")!, context.Folder(), context.CancellationToken);
        }
        finally
        {
            Gate.Release();
        }
    }
}
