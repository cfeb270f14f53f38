using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Integration.Tests.Registry;

/// <summary>The client against the real docker-registry.</summary>
[TestClass]
[RequiresTool("registry", "docker-registry", "htpasswd", "skopeo")]
public sealed class RegistryRepositoryTests(TestContext context)
{
    private static readonly (string Name, string Password) Account = ("ada", "pa:ss wörd");

    [TestMethod]
    public async Task PutManifest_PlainHttpOnLoopback_RoundTripsAndSkopeoSeesTheSameDigest()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var repository = test.Connections.Repository(registry.Name, "team/hello", RegistryAccess.Push);

        var digest = await PushAsync(repository, "v1");

        var seen = await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{registry.Name}/team/hello:v1"], context.CancellationToken);
        Assert.AreEqual(digest.ToString(), seen.Trim());
        var head = await repository.HeadManifestAsync("v1", context.CancellationToken);
        var document = await repository.GetManifestAsync(digest.ToString(), context.CancellationToken);
        Assert.AreEqual(digest, head?.Digest);
        Assert.AreEqual(MediaTypes.OciManifest, head?.MediaType);
        Assert.AreEqual(head?.Size, document?.Bytes.Length);
        Assert.AreEqual(digest, document?.Digest);
        var layer = OciJson.ReadManifest(document!.Bytes).Layers[0];
        using var copy = new MemoryStream();
        await repository.CopyBlobAsync(layer, copy, context.CancellationToken);
        CollectionAssert.AreEqual(RegistryTestContext.Blob(300_000).Bytes, copy.ToArray());
    }

    [TestMethod]
    public async Task HeadManifest_TagDeletedOrNeverThere_IsNull()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var repository = test.Connections.Repository(registry.Name, "hello");
        Assert.IsNull(await repository.HeadManifestAsync("latest", context.CancellationToken));
        Assert.IsNull(await repository.GetManifestAsync("latest", context.CancellationToken));

        await PushAsync(repository, "latest");
        Assert.IsNotNull(await repository.HeadManifestAsync("latest", context.CancellationToken));
        await Tool.RunAsync("skopeo", ["delete", "--tls-verify=false", $"docker://{registry.Name}/hello:latest"], context.CancellationToken);

        Assert.IsNull(await repository.HeadManifestAsync("latest", context.CancellationToken));
    }

    [TestMethod]
    public async Task TryMount_BlobOfOtherRepository_TakesItOverWithoutSendingIt()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(100_000);
        await test.Connections.Repository(registry.Name, "from").UploadBlobAsync(blob, () => new MemoryStream(bytes), context.CancellationToken);
        var target = test.Connections.Repository(registry.Name, "to/here");
        var absent = RegistryTestContext.Blob(10, seed: 2).Descriptor;

        Assert.IsFalse(await target.HasBlobAsync(blob.Digest, context.CancellationToken));
        Assert.IsTrue(await target.TryMountAsync(blob, "from", context.CancellationToken));
        Assert.IsTrue(await target.HasBlobAsync(blob.Digest, context.CancellationToken));
        Assert.IsFalse(await target.TryMountAsync(absent, "from", context.CancellationToken));
        Assert.IsFalse(await target.TryMountAsync(absent, "nowhere", context.CancellationToken));
    }

    [TestMethod]
    public async Task UploadBlob_FromRepositoryOfOtherRegistry_StreamsThrough()
    {
        await using var one = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "1"), context.CancellationToken);
        await using var two = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "2"), context.CancellationToken);
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(3_000_000);
        var source = test.Connections.Repository(one.Name, "from");
        var target = test.Connections.Repository(two.Name, "to");
        await source.UploadBlobAsync(blob, () => new MemoryStream(bytes), context.CancellationToken);

        await target.UploadBlobAsync(blob, source, context.CancellationToken);

        using var copy = new MemoryStream();
        await target.CopyBlobAsync(blob, copy, context.CancellationToken);
        CollectionAssert.AreEqual(bytes, copy.ToArray());
    }

    [TestMethod]
    public async Task UploadBlob_ContentOfOtherDigest_IsRejected()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken);
        using var test = new RegistryTestContext();
        var (blob, _) = RegistryTestContext.Blob(1000);
        var other = RegistryTestContext.Blob(1000, seed: 2).Bytes;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "x").UploadBlobAsync(blob, () => new MemoryStream(other), context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.Rejected, error.Diagnostics[0].Descriptor);
        Assert.Contains("DIGEST_INVALID", error.Message);
    }

    [TestMethod]
    public async Task BasicAuthentication_GoodWrongAndNoCredentials()
    {
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken, Account);
        var folder = Path.Combine(context.Folder(), "docker");
        Directory.CreateDirectory(folder);

        await WriteConfigAsync(folder, registry.Name, Account.Password);
        using (var good = new RegistryTestContext(null, ("DOCKER_CONFIG", folder)))
        {
            await PushAsync(good.Connections.Repository(registry.Name, "hello"), "latest");
        }

        await WriteConfigAsync(folder, registry.Name, "wrong-secret");
        using var wrong = new RegistryTestContext(null, ("DOCKER_CONFIG", folder));
        var refused = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            wrong.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));
        Assert.AreEqual(RegistryDiagnostics.Unauthorized, refused.Diagnostics[0].Descriptor);
        Assert.Contains(Path.Combine(folder, "config.json"), refused.Message);
        Assert.DoesNotContain("wrong-secret", refused.ToString());

        using var none = new RegistryTestContext();
        var missing = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            none.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));
        Assert.AreEqual(RegistryDiagnostics.Unauthorized, missing.Diagnostics[0].Descriptor);
        Assert.Contains("no credentials were found", missing.Message);
    }

    [TestMethod]
    public async Task PrivateAuthority_IsTrustedByFileOrFolderAndNeverByItself()
    {
        var authority = new PrivateAuthority(Path.Combine(context.Folder(), "certs", "host"));
        await using var registry = await RegistryProcess.StartAsync(context.Folder(), context.CancellationToken, authority: authority);
        var folder = Path.Combine(context.Folder(), "trusted", registry.Name);
        Directory.CreateDirectory(folder);
        File.Copy(authority.AuthorityFile, Path.Combine(folder, "ca.crt"));

        foreach (var trusted in new[] { authority.AuthorityFile, Path.GetDirectoryName(folder)! })
        {
            using var test = new RegistryTestContext(null, ("OPENFAAS_REGISTRY_CERTS", trusted));
            await PushAsync(test.Connections.Repository(registry.Name, "hello"), "latest");
        }

        // Not even a registry that may be asked over plain http is asked without verification.
        using var untrusting = new RegistryTestContext(options => options with { InsecureRegistries = [registry.Name] });
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            untrusting.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));
        Assert.AreEqual(RegistryDiagnostics.UntrustedCertificate, error.Diagnostics[0].Descriptor);
        Assert.Contains("CN=OpenFaaS.Build test authority", error.Message);
    }

    private static Task WriteConfigAsync(string folder, string registry, string password) => File.WriteAllTextAsync(
        Path.Combine(folder, "config.json"),
        JsonSerializer.Serialize(new { auths = new Dictionary<string, object> { [registry] = new { username = Account.Name, password } } }));

    private async Task<Digest> PushAsync(RegistryRepository repository, string tag)
    {
        var (layer, bytes) = RegistryTestContext.Blob(300_000);
        var config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"u8.ToArray();
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Of(config), Size = config.Length },
            Layers = [layer],
        };
        await repository.UploadBlobAsync(layer, () => new MemoryStream(bytes), context.CancellationToken);
        await repository.UploadBlobAsync(manifest.Config, () => new MemoryStream(config), context.CancellationToken);
        return await repository.PutManifestAsync(tag, OciJson.Write(manifest), MediaTypes.OciManifest, context.CancellationToken);
    }
}
