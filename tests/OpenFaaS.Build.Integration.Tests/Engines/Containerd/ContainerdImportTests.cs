using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Engines.Containerd;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Integration.Tests.Engines.Containerd;

/// <summary>Loading into a real containerd with its own <c>ctr</c>, as on a host of faasd.</summary>
[TestClass]
public sealed class ContainerdImportTests(TestContext context)
{
    private static readonly string Host = Platform.LinuxHost.Architecture;
    private static readonly string Other = Host == "arm64" ? "amd64" : "arm64";

    [TestMethod, RequiresService("docker26")]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public async Task Load_NamesLeadToTheDigestOfTheImageAndItIsUnpacked(int tags, int platforms)
    {
        await using var space = ContainerdNamespace.Create();
        var engine = await FindAsync(space);
        var image = await TestImage.BuildAsync(context.Folder(), space.Name, context.CancellationToken, architectures: platforms == 1 ? [Host] : [Other, Host]);
        ImageReference[] names = [.. new[] { Name(), Name() with { Tag = "latest" } }.Take(tags)];

        Assert.IsNull(await engine.FindImageAsync(names[0], context.CancellationToken));
        var id = await engine.LoadAsync(image, names, TestImage.Writer(names), context.CancellationToken);

        Assert.AreEqual(image.Descriptor.Digest.ToString(), id);
        foreach (var name in names)
        {
            Assert.AreEqual(id, await engine.FindImageAsync(name, context.CancellationToken));
            Assert.Contains("true", await space.CtrAsync(["images", "check", $"name=={name}"], context.CancellationToken), "not unpacked");
        }
    }

    [TestMethod, RequiresService("docker26")]
    public async Task Load_OfAnotherPlatform_IsThereAll()
    {
        await using var space = ContainerdNamespace.Create();
        var image = await TestImage.BuildAsync(context.Folder(), space.Name, context.CancellationToken, architectures: Other);

        var id = await (await FindAsync(space)).LoadAsync(image, [Name()], TestImage.Writer(Name()), context.CancellationToken);

        Assert.AreEqual(image.Descriptor.Digest.ToString(), id);
        foreach (var layer in image.Layers)
        {
            Assert.Contains(layer.Descriptor.Digest.ToString(), await space.CtrAsync(["content", "ls", "-q"], context.CancellationToken));
        }
    }

    [TestMethod, RequiresService("docker26")]
    public async Task Load_DamagedLayer_IsContainerdsErrorAndLeavesNoName()
    {
        await using var space = ContainerdNamespace.Create();
        var engine = await FindAsync(space);
        var image = await TestImage.BuildAsync(context.Folder(), space.Name, context.CancellationToken);
        var writer = new ImageArchiveWriter([Name()], (layer, _) => Task.FromResult<Stream>(new MemoryStream(new byte[layer.Descriptor.Size])), 0);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => engine.LoadAsync(image, [Name()], writer, context.CancellationToken));

        Assert.AreEqual("OFB2302", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(space.Name, failure.Diagnostics[0].Message);
        Assert.IsNull(await engine.FindImageAsync(Name(), context.CancellationToken));
    }

    [TestMethod, RequiresService("docker26")]
    public async Task Load_Cancelled_LeavesNoName()
    {
        await using var space = ContainerdNamespace.Create();
        var engine = await FindAsync(space);
        var image = await TestImage.BuildAsync(context.Folder(), space.Name, context.CancellationToken);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var writer = new ImageArchiveWriter(
            [Name()],
            async (_, token) =>
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
            0);

        await Assert.ThrowsAsync<OperationCanceledException>(() => engine.LoadAsync(image, [Name()], writer, cancel.Token));

        Assert.IsNull(await engine.FindImageAsync(Name(), context.CancellationToken));
    }

    [TestMethod, RequiresService("docker26")]
    public async Task Find_NoContainerdAtTheAddress_IsACodedErrorWithTheAddress()
    {
        var socket = Path.Combine(context.Folder(), "c.sock");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ContainerdLocator.FindAsync(
            new ContainerdModel(socket), name => name == "PATH" ? ContainerdNamespace.ToolFolder : null, context.CancellationToken));

        Assert.AreEqual("OFB2301", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(socket, failure.Diagnostics[0].Message);
    }

    private static ImageReference Name() => new("127.0.0.1:5000", "functions/loaded", "v1", null);

    private async Task<ILocalEngine> FindAsync(ContainerdNamespace space) =>
        await ContainerdLocator.FindAsync(
            new ContainerdModel(Namespace: space.Name),
            name => name switch { "PATH" => ContainerdNamespace.ToolFolder, "CONTAINERD_ADDRESS" => ContainerdNamespace.Address, _ => null },
            context.CancellationToken);
}
