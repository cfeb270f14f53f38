using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>A base image of a registry that wants tokens: a stand-in, since the real ones of this machine take passwords alone.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class TokenRegistryTests(TestContext context)
{
    private const string Account = "someone:the password";

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_BaseOfARegistryWithTokens_DaemonIsGivenATokenAndNoPassword(string service)
    {
        RegistryStandIn? itself = null;
        await using var registry = new RegistryStandIn { Fault = request => Answer(request, itself!) };
        itself = registry;
        AddImage(registry);
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), $"FROM {registry.Name}/base:1\nCOPY busybox /\n").ToRegistry();
        function.Environment["DOCKER_AUTH_CONFIG"] = PrivateRegistry.Config(registry.Name, Account);

        await function.PublishAsync();

        Assert.AreEqual("from the registry", await function.FileAtRegistryAsync("content"));
        var asked = registry.Requests.Where(request => request.Kind == "token").ToList();
        Assert.IsNotEmpty(asked);
        Assert.IsTrue(asked.TrueForAll(request => request.Headers["user-agent"].StartsWith("OpenFaaS.Build.Sdk", StringComparison.Ordinal)), string.Join('\n', asked.Select(request => request.Headers["user-agent"])));
        Assert.IsTrue(registry.Requests.All(request => request.Kind == "token" || request.Authorization is null or "Bearer the-token"));
    }

    private static StandInReply? Answer(StandInRequest request, RegistryStandIn registry) => request switch
    {
        { Kind: "token", Authorization: { } given } when given == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Account)) => new StandInReply(200, """{"token":"the-token","expires_in":300}"""),
        { Kind: "token" } => new StandInReply(401),
        { Authorization: "Bearer the-token" } => null,
        _ => new StandInReply(401, "", ("WWW-Authenticate", $"Bearer realm=\"{registry.Url}/token\",service=\"registry\",scope=\"repository:base:pull\"")),
    };

    private static void AddImage(RegistryStandIn registry)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "content") { DataStream = new MemoryStream("from the registry"u8.ToArray()) });
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar.ToArray());
        }

        var layer = registry.Add(packed.ToArray());
        var config = registry.Add(
            OciJson.Write(new ImageConfig { Os = "linux", Architecture = Platform.LinuxHost.Architecture, RootFs = new RootFs { DiffIds = [Digest.Of(tar.ToArray())] } }), MediaTypes.OciConfig);
        registry.AddManifest(OciJson.Write(new ImageManifest { MediaType = MediaTypes.OciManifest, Config = config, Layers = [layer] }), MediaTypes.OciManifest, "1");
    }
}
