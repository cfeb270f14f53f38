using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Integration.Tests.Engines;

/// <summary>The whole publish with a local engine as destination.</summary>
[TestClass]
public sealed class PublishToEngineTests(TestContext context)
{
    private const string Unchanged = "Nothing has changed";

    [TestMethod]
    [RequiresService("docker"), RequiresService("docker26"), RequiresService("podman")]
    [DataRow("docker", "Docker", "DOCKER_HOST", "linux/amd64")]
    [DataRow("docker26", "Docker", "DOCKER_HOST", "linux/amd64;linux/arm64")]
    [DataRow("podman", "Podman", "CONTAINER_HOST", "linux/amd64;linux/arm64")]
    public async Task Publish_UnchangedAndThenRemoved_IsLoadedOnceAndThenAgain(string service, string engine, string variable, string platforms)
    {
        var request = Request(engine, platforms);
        string? Environment(string name) => name == variable ? TestServices.Endpoint(service) : null;

        var first = new RecordingLog();
        var image = await PublishAsync(request, Environment, first);
        var second = new RecordingLog();
        await PublishAsync(request, Environment, second);
        var name = $"docker.io/library/{request.ProjectName}:latest";
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "--no-prune", "-f", name], context.CancellationToken);
        var third = new RecordingLog();
        var again = await PublishAsync(request, Environment, third);

        Assert.DoesNotContain(Unchanged, string.Join('\n', first.Messages));
        Assert.Contains(Unchanged, string.Join('\n', second.Messages));
        Assert.DoesNotContain(Unchanged, string.Join('\n', third.Messages));
        Assert.AreEqual(image.Digest, again.Digest);
        Assert.AreEqual(("", request.ProjectName), (image.Registry, image.Repository));
        Assert.Contains($"{request.ProjectName} -> {request.ProjectName}:latest in {engine.ToLowerInvariant()} ({image.Digest})", string.Join('\n', first.Messages));
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["image", "inspect", name], context.CancellationToken);
    }

    [TestMethod]
    public async Task Publish_NoEngineAnswers_WritesAnArchive()
    {
        var request = Request(null, "linux/amd64");
        var log = new RecordingLog();

        var image = await PublishAsync(request, Absent, log);

        Assert.AreEqual(Path.Combine(request.ProjectDirectory, "bin", "out", $"{request.ProjectName}.oci.tar"), image.ArchivePath);
        Assert.IsTrue(File.Exists(image.ArchivePath));
    }

    [TestMethod]
    public async Task Publish_WantedEngineIsAbsent_IsACodedErrorBeforeAnythingIsBuilt()
    {
        var request = Request("Docker", "linux/amd64");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PublishAsync(request, Absent, new RecordingLog()));

        Assert.AreEqual("OFB2301", failure.Diagnostics[0].Descriptor.Code);
        Assert.IsEmpty(Directory.GetFileSystemEntries(request.OutputDirectory));
    }

    private static string? Absent(string name) => name switch
    {
        "DOCKER_HOST" => "unix:///nowhere/docker.sock",
        "CONTAINER_HOST" => "unix:///nowhere/podman.sock",
        _ => null,
    };

    private Task<ImageMetadata> PublishAsync(BuildRequest request, Func<string, string?> environment, RecordingLog log) =>
        SingleFunction.PublishAsync(request, environment, log, context.CancellationToken);

    private BuildRequest Request(string? engine, string platforms)
    {
        var name = "engine-" + Guid.NewGuid().ToString("n");
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), name)).FullName;
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY hello /hello\nCMD [\"/hello\"]\n");
        File.WriteAllText(Path.Combine(folder, "hello"), name);
        var properties = new Dictionary<string, string>
        {
            ["FunctionTemplate"] = "dockerfile",
            ["ContainerPlatforms"] = platforms,
            ["OutputPath"] = "bin/out/",
        };
        if (engine is not null)
        {
            properties["LocalRegistry"] = engine;
        }

        return new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(folder, name + ".csproj"),
            ProjectName = name,
            ProjectDirectory = folder,
            Shape = "any",
            OutputDirectory = Path.Combine(folder, "obj", "openfaas"),
            Properties = properties,
        };
    }
}
