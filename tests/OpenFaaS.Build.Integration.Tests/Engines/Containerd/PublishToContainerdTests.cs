using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Integration.Tests.Engines.Containerd;

/// <summary>The whole publish of a function without a registry, into the namespace that faasd takes functions from.</summary>
[TestClass]
public sealed class PublishToContainerdTests(TestContext context)
{
    [TestMethod, RequiresService("docker26"), RequiresService("tools")]
    public async Task Publish_ImageRunsFromFaasdsNamespaceAndIsPutBackWhenItIsGone()
    {
        var space = new ContainerdNamespace("openfaas-fn");
        var request = await RequestAsync("ofb-" + Guid.NewGuid().ToString("n")[..12]);
        var name = $"docker.io/library/{request.ProjectName}:latest";
        var (first, second, third) = (new RecordingLog(), new RecordingLog(), new RecordingLog());
        try
        {
            var image = await PublishAsync(request, first);
            Assert.Contains($"{request.ProjectName}:latest in containerd ({image.Digest})", string.Join('\n', first.Messages));
            Assert.AreEqual("from faasd's namespace", (await RunAsync(space, name)).Trim());

            await PublishAsync(request, second);
            Assert.Contains("Nothing has changed", string.Join('\n', second.Messages));

            await space.CtrAsync(["images", "rm", "--sync", name], context.CancellationToken);
            Assert.AreEqual(image.Digest, (await PublishAsync(request, third)).Digest);
            Assert.DoesNotContain("Nothing has changed", string.Join('\n', third.Messages));
            Assert.Contains(image.Digest, await space.CtrAsync(["images", "ls", $"name=={name}"], context.CancellationToken));
        }
        finally
        {
            await space.CtrAsync(["images", "rm", "--sync", name], CancellationToken.None);
        }
    }

    private Task<string> RunAsync(ContainerdNamespace space, string name) =>
        space.CtrAsync(["run", "--rm", name, "run-" + Guid.NewGuid().ToString("n")[..12]], context.CancellationToken);

    private Task<ImageMetadata> PublishAsync(BuildRequest request, RecordingLog log) => SingleFunction.PublishAsync(
        request,
        name => name switch { "PATH" => ContainerdNamespace.ToolFolder, "CONTAINERD_ADDRESS" => ContainerdNamespace.Address, _ => null },
        log,
        context.CancellationToken);

    private async Task<BuildRequest> RequestAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), name)).FullName;
        File.Copy("/bin/busybox", Path.Combine(folder, "busybox"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY busybox /bin/busybox\nCMD [\"/bin/busybox\", \"echo\", \"from faasd's namespace\"]\n", context.CancellationToken);
        return new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(folder, name + ".csproj"),
            ProjectName = name,
            ProjectDirectory = folder,
            Shape = "any",
            OutputDirectory = Path.Combine(folder, "obj", "openfaas"),
            Properties = new Dictionary<string, string> { ["FunctionTemplate"] = "dockerfile", ["LocalRegistry"] = "Containerd" },
        };
    }
}
