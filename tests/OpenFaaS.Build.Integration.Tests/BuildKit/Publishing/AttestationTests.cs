using System.Text.Json;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>What an image says of itself: attestations beside it in its index.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class AttestationTests(TestContext context)
{
    private const string Spdx = "https://spdx.dev/Document";
    private const string PredicateType = "in-toto.io/predicate-type";

    [TestMethod]
    public async Task Publish_SbomOfAScanner_IsAttachedToTheImageBesideTheProvenance()
    {
        var mark = Guid.NewGuid().ToString("n");

        // The frontend gives the scanner a network, which the other engine does not have.
        await using var engine = await Faults.PrivateEngine.StartAsync(context.CancellationToken, hasBridge: true);
        var function = new BuildKitFunction(context, engine.Address, BuildKitFunction.WithShell + $"RUN echo scanned > /{mark}\n").ToRegistry()
            .Set("ContainerSbom", "generator=" + await ScannerStandIn.PushAsync(context)).Set("ContainerProvenance", "max");

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest, function.Messages);
        var manifests = Json(image.Manifest).GetProperty("manifests").EnumerateArray().ToList();
        var built = manifests.Single(manifest => !manifest.TryGetProperty("annotations", out _));
        var attached = manifests.Single(manifest => manifest.TryGetProperty("annotations", out _));
        Assert.AreEqual("attestation-manifest", attached.GetProperty("annotations").GetProperty("vnd.docker.reference.type").GetString());
        Assert.AreEqual(DigestOf(built), attached.GetProperty("annotations").GetProperty("vnd.docker.reference.digest").GetString());

        var layers = Json(await ReadAsync(function, "manifests", DigestOf(attached))).GetProperty("layers").EnumerateArray().ToList();
        Assert.HasCount(2, layers);
        Assert.ContainsSingle(layer => TypeOf(layer).StartsWith("https://slsa.dev/provenance/", StringComparison.Ordinal), layers);
        var layer = layers.Single(layer => TypeOf(layer) == Spdx);
        Assert.AreEqual("application/vnd.in-toto+json", layer.GetProperty("mediaType").GetString());
        var statement = Json(await ReadAsync(function, "blobs", DigestOf(layer)));
        Assert.AreEqual(Spdx, statement.GetProperty("predicateType").GetString());
        Assert.AreEqual(DigestOf(built), "sha256:" + statement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString());
        Assert.Contains("./" + mark, statement.GetProperty("predicate").GetProperty("files").EnumerateArray().Select(file => file.GetProperty("fileName").GetString()));
        CollectionAssert.AreEqual(new[] { "linux/amd64" }, image.Platforms.ToArray());
    }

    [TestMethod]
    public async Task Publish_ScannerIsMissing_IsACodedErrorThatNamesIt()
    {
        var scanner = $"{TestServices.Endpoint("registry")}/no-scanner:{Guid.NewGuid():n}";
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), BuildKitFunction.WithShell).ToRegistry().Set("ContainerSbom", "generator=" + scanner);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.StartsWith("OFB54", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(scanner, failure.Diagnostics[0].Message);
    }

    private static string DigestOf(JsonElement descriptor) => descriptor.GetProperty("digest").GetString()!;

    private static string TypeOf(JsonElement layer) => layer.GetProperty("annotations").GetProperty(PredicateType).GetString()!;

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private Task<string> ReadAsync(BuildKitFunction function, string kind, string digest) => Tool.RunAsync(
        "curl", ["-sf", "-H", "Accept: application/vnd.oci.image.manifest.v1+json", $"http://{TestServices.Endpoint("registry")}/v2/{function.Name}/{kind}/{digest}"], context.CancellationToken);
}
