using OpenFaaS.Build.Builders.Embedded.Bases;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Publishing.Delivery;
using OpenFaaS.Build.Publishing.Outputs;
using OpenFaaS.Build.Publishing.UpToDate;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing.UpToDate;

/// <summary>Base images that a lock file pins, against a registry whose tag has moved on.</summary>
[TestClass]
public sealed class PinnedUpToDateTests(TestContext context)
{
    [TestMethod]
    public async Task Load_MovedTag_GivesThePinnedImageUnderItsTag()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (old, _) = Push(registry, "old");
        var (moved, reference) = Push(registry, "new");
        var images = new RegistryBaseImages(test.Connections, new BlobDownloads(test.Connections, context.Folder()), context.Folder());
        var used = new List<string>();

        var pinned = await new PinnedBaseImages(images, _ => old, (name, digest) => used.Add($"{name}={digest}")).LoadAsync(reference, Platform.LinuxHost, context.CancellationToken);
        var free = await images.LoadAsync(reference, Platform.LinuxHost, context.CancellationToken);

        Assert.AreEqual(old, pinned.Digest);
        Assert.AreEqual("old", pinned.Config.Config!.User);
        Assert.AreEqual($"{registry.Name}/base:1={old}", used.Single());
        Assert.AreEqual(moved, free.Digest);
    }

    [TestMethod]
    public async Task IsCurrent_PinnedTag_AsksNoRegistry()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (old, reference) = Push(registry, "old");
        Push(registry, "new");

        Assert.IsTrue(await IsCurrentAsync(test, reference, old, old));
        Assert.IsEmpty(registry.Requests);
    }

    [TestMethod]
    public async Task IsCurrent_OtherPin_BuildsAgain()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (old, reference) = Push(registry, "old");
        var (moved, _) = Push(registry, "new");

        Assert.IsFalse(await IsCurrentAsync(test, reference, old, moved));
        Assert.IsEmpty(registry.Requests);
    }

    [TestMethod]
    public async Task IsCurrent_NoPin_AsksForTheTag()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (old, reference) = Push(registry, "old");
        var (moved, _) = Push(registry, "new");

        Assert.IsFalse(await IsCurrentAsync(test, reference, old, null));
        Assert.IsTrue(await IsCurrentAsync(test, reference, moved, null));
        Assert.AreEqual(2, registry.Count("HEAD manifest"));
    }

    [TestMethod]
    public async Task IsCurrent_RegistryThatRefusesToTell_BuildsAgain()
    {
        await using var registry = new RegistryStandIn { Fault = _ => new StandInReply(401, "denied") };
        using var test = new RegistryTestContext();
        var (old, reference) = Push(registry, "old");

        Assert.IsFalse(await IsCurrentAsync(test, reference, old, null));
        Assert.Contains("does not tell whether the base image", string.Join('\n', test.Log.Messages));
    }

    private static (Digest Digest, ImageReference Reference) Push(RegistryStandIn registry, string user)
    {
        var platform = Platform.LinuxHost;
        var config = registry.Add(
            OciJson.Write(new ImageConfig
            {
                Os = platform.Os,
                Architecture = platform.Architecture,
                Variant = platform.Variant,
                Config = new ContainerConfig { User = user },
                RootFs = new RootFs { DiffIds = [] },
            }),
            MediaTypes.OciConfig);
        var manifest = registry.AddManifest(OciJson.Write(new ImageManifest { MediaType = MediaTypes.OciManifest, Config = config, Layers = [] }), MediaTypes.OciManifest, "1");
        Assert.IsTrue(ImageReference.TryParse($"{registry.Name}/base:1", out var reference));
        return (manifest.Digest, reference);
    }

    private Task<bool> IsCurrentAsync(RegistryTestContext test, ImageReference reference, Digest built, Digest? pin)
    {
        var state = new PublishState
        {
            Fingerprint = "same",
            Bases = new Dictionary<string, string> { [reference.ToString()] = built.ToString() },
            Receipt = new DeliveryReceipt { Kind = DeliveryKind.Archive },
            Image = new ImageMetadata { FunctionName = "f", Identity = "f", DisplayName = "f" },
        };
        return new UpToDateCheck(test.Connections, test.Log, _ => pin).IsCurrentAsync(state, "same", new StandInDelivery(), context.CancellationToken);
    }

    private sealed class StandInDelivery : IImageDelivery
    {
        public Task<bool> IsInPlaceAsync(string digest, string configDigest, DeliveryReceipt receipt, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<DeliveryReceipt> ConfirmAsync(ImageSummary image, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<DeliveryReceipt> DeliverAsync(BuiltImage image, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
