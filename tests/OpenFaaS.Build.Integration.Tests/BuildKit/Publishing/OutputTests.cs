using OpenFaaS.Build.Diagnostics;
using System.Text.Json;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Outputs beside the image, caches, traces.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("docker"), RequiresService("tools")]
public sealed class OutputTests(TestContext context)
{
    private const string Steps = BuildKitFunction.WithShell + "RUN date +%N > /built && echo content > /file && ln -s file /link\n";

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_FolderAndTar_HoldTheImagesFiles(string service)
    {
        var folder = Path.Combine(context.Folder(), "out");
        var tar = Path.Combine(context.Folder(), "out.tar");
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), Steps).ToRegistry()
            .Add("ContainerOutput", $"type=local,\"dest={folder}\"").Add("ContainerOutput", $"type=tar,\"dest={tar}\"");

        await function.PublishAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "old"), "replaced whole", context.CancellationToken);
        await function.PublishAsync();

        var built = await function.FileAtRegistryAsync("built");
        Assert.AreEqual(built, await File.ReadAllTextAsync(Path.Combine(folder, "built"), context.CancellationToken), "the steps ran again for the folder");
        Assert.AreEqual("file", new FileInfo(Path.Combine(folder, "link")).LinkTarget);
        Assert.IsFalse(File.Exists(Path.Combine(folder, "old")));
        Assert.AreEqual(built, await Tool.RunAsync("tar", ["-xOf", tar, "built"], context.CancellationToken));
    }

    [TestMethod]
    public async Task Publish_FolderOfTheUsers_IsNeverReplaced()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Steps).ToRegistry().Add("ContainerOutput", "type=local,dest=.");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB5209", failure.Diagnostics.Single().Descriptor.Code);
        Assert.IsTrue(File.Exists(Path.Combine(function.Folder, "Dockerfile")));
    }

    [TestMethod]
    [DataRow("oci", "oci-archive")]
    [DataRow("docker", "docker-archive")]
    public async Task Publish_ArchiveOfTheDaemon_IsReadBySkopeo(string type, string transport)
    {
        var path = Path.Combine(context.Folder(), "image.tar");
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Steps).ToRegistry().Add("ContainerOutput", $"type={type},\"dest={path}\"");

        var image = await function.PublishAsync();

        var digest = await Tool.RunAsync("skopeo", ["inspect", "--config", "--raw", $"{transport}:{path}"], context.CancellationToken);
        Assert.Contains("\"rootfs\"", digest);
        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}"));
    }

    [TestMethod]
    [DataRow("type=registry,dest=x", "registry")]
    [DataRow("type=local", "dest")]
    [DataRow("out", "type")]
    public async Task Publish_MalformedOutput_IsACodedError(string output, string expected)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Steps).ToRegistry().Add("ContainerOutput", output);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB5507", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(expected, failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public async Task Publish_OutputCannotBeReceived_LeavesTheOldOne()
    {
        var blocked = Path.Combine(context.Folder(), "file");
        await File.WriteAllTextAsync(blocked, "kept", context.CancellationToken);
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Steps).ToRegistry().Add("ContainerOutput", $"type=tar,\"dest={blocked}/below\"");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.StartsWith("OFB", failure.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual("kept", await File.ReadAllTextAsync(blocked, context.CancellationToken));
    }

    [TestMethod]
    [DataRow("docker26", "registry")]
    [DataRow("docker26", "local")]
    [DataRow("docker", "inline")]
    public async Task Publish_CacheOfAnotherDaemon_HasEveryStep(string service, string type)
    {
        await using var fresh = await Faults.PrivateEngine.StartAsync(context.CancellationToken);
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), Steps).ToRegistry();
        var place = type == "local" ? Path.Combine(context.Folder(), "cache") : $"{TestServices.Endpoint("registry")}/{function.Name}:cache";
        function.Add("ContainerCacheTo", type switch
        {
            "registry" => $"type=registry,ref={place},mode=max",
            "local" => $"type=local,\"dest={place}\",mode=max",
            _ => "type=inline",
        });
        await function.PublishAsync();
        var built = await function.FileAtRegistryAsync("built");

        function.Set("ContainerBuilderEndpoint", fresh.Address).Set("FunctionForce", "true").Add("ContainerCacheFrom", type switch
        {
            "registry" => $"type=registry,ref={place}",
            "local" => $"type=local,\"src={place}\"",
            _ => $"type=registry,ref={function.Reference}",
        });
        await function.PublishAsync();

        Assert.AreEqual(built, await function.FileAtRegistryAsync("built"), "the step ran again\n" + function.Messages);
    }

    [TestMethod]
    public async Task Publish_Trace_HoldsEveryStepWithItsTimes()
    {
        var path = Path.Combine(context.Folder(), "trace.json");
        // A daemon that does one step for two builds at once may tell it to one of them only: this step is nobody else's.
        var step = $"RUN date +%N > /built-{Guid.NewGuid():n}";
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), BuildKitFunction.WithShell + step + "\n").ToRegistry().Set("ContainerTrace", path);

        await function.PublishAsync();

        using var trace = JsonDocument.Parse(await File.ReadAllTextAsync(path, context.CancellationToken));
        var names = trace.RootElement.GetProperty("traceEvents").EnumerateArray().Select(item => item.TryGetProperty("name", out var name) ? name.GetString() : null);
        Assert.Contains(step, string.Join('\n', names), function.Messages);
    }
}
