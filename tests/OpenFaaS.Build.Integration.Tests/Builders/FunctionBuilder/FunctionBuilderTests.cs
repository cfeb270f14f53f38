using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>Functions that a Function Builder API really builds and pushes; what all engines have in common is in the contract suite.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class FunctionBuilderTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    public async Task Publish_ToARegistry_IsTheDigestOfTheLogAndOneRequest()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var function = Function(standIn, Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo made > /made\n").ToRegistry().Set("ContainerImageTags", "latest;2");

        var image = await function.PublishAsync();

        Assert.AreEqual("openfaas", image.Builder);
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}", "2"));
        Assert.AreEqual("made\n", await function.FileAtRegistryAsync("made"));
        var request = standIn.Requests.Single();
        Assert.AreEqual("application/x-ndjson", request.Headers["Accept"]);
        Assert.AreEqual(function.Reference, request.Order.GetProperty("image").GetString());
        Assert.DoesNotContain(standIn.PayloadSecret, function.Messages);
    }

    [TestMethod]
    public async Task Publish_LogWithoutADigest_IsTheDigestOfTheTag()
    {
        await using var standIn = await FunctionBuilderStandIn.SecretiveAsync();
        var function = Function(standIn, Shell + $"ENV THIS={Guid.NewGuid():n}\n").ToRegistry();

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
    }

    [TestMethod]
    public async Task Publish_SeveralPlatforms_IsAnIndexUnderEveryTag()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var function = Function(standIn, $"FROM scratch\nCOPY busybox /\nENV THIS={Guid.NewGuid():n}\n").ToRegistry()
            .Set("ContainerPlatforms", "linux/amd64;linux/arm64").Set("ContainerImageTags", "latest;other");

        var image = await function.PublishAsync();

        Assert.AreEqual("linux/amd64;linux/arm64", string.Join(';', image.Platforms));
        Assert.AreEqual("application/vnd.docker.distribution.manifest.list.v2+json", image.MediaType);
        foreach (var tag in new[] { "latest", "other" })
        {
            var raw = await Tool.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{function.Reference[..^"latest".Length]}{tag}"], context.CancellationToken);
            Assert.AreEqual(image.Digest, "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(raw))));
        }
    }

    [TestMethod]
    public async Task Publish_SecretAndArgument_TravelSealedAndUnseen()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var (canary, argument) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n"));
        var function = Function(standIn, Shell + "ARG WORD\nRUN --mount=type=secret,id=the.token sha256sum < /run/secrets/the.token > /sum && test -n \"$WORD\"\n").ToRegistry()
            .Add("ContainerBuildSecret", "the.token", "Source", "env:CANARY").Add("ContainerBuildArg", "WORD", "Value", "env:ARGUMENT").Set("ContainerProgress", "plain");
        function.Environment["CANARY"] = canary;
        function.Environment["ARGUMENT"] = argument;

        await function.PublishAsync();

        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(canary)));
        Assert.AreEqual($"{expected}  -\n", await function.FileAtRegistryAsync("sum"));
        var body = Encoding.Latin1.GetString(standIn.Requests.Single().Body);
        Assert.DoesNotContain(canary, body);
        Assert.DoesNotContain(standIn.PayloadSecret, body);
        Assert.DoesNotContain(canary, function.Messages);
        Assert.DoesNotContain(argument, function.Messages);
        Assert.IsFalse(Directory.EnumerateFiles(Path.Combine(function.Folder, "obj"), "*", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file) is var text && (text.Contains(canary, StringComparison.Ordinal) || text.Contains(standIn.PayloadSecret, StringComparison.Ordinal))));
    }

    [TestMethod]
    public async Task Publish_SecretWithoutAPinnedKey_IsRefusedBeforeAnythingIsSent()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var function = Function(standIn, Shell).ToRegistry().Add("ContainerBuildSecret", "token", "Source", "env:CANARY").Set("OpenFaaSBuilderPublicKey", "");
        function.Environment["CANARY"] = "x";

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB2758", failure.Diagnostics.Single().Descriptor.Code);
        Assert.IsEmpty(standIn.Requests);
    }

    [TestMethod]
    public async Task Publish_Unchanged_SendsNothing()
    {
        await using var standIn = await FunctionBuilderStandIn.StartAsync();
        var function = Function(standIn, Shell + $"ENV THIS={Guid.NewGuid():n}\n").ToRegistry();
        var first = await function.PublishAsync();

        var second = await function.PublishAsync();

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.HasCount(1, standIn.Requests);
    }

    [TestMethod]
    public async Task Publish_OverTls_NeedsTheAuthority()
    {
        var authority = new PrivateAuthority(Path.Combine(context.Folder(), "authority"));
        await using var standIn = await FunctionBuilderStandIn.StartAsync(certificate: authority.Load());
        var function = Function(standIn, Shell + $"ENV THIS={Guid.NewGuid():n}\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());
        Assert.AreEqual("OFB2754", failure.Diagnostics.Single().Descriptor.Code);
        Assert.IsEmpty(standIn.Requests);

        function.Set("ContainerBuilderCaFile", authority.AuthorityFile);
        Assert.AreEqual((await function.PublishAsync()).Digest, await function.AtRegistryAsync("{{.Digest}}"));
    }

    private BuildKitFunction Function(FunctionBuilderStandIn standIn, string dockerfile) => standIn.Serve(new BuildKitFunction(context, "", dockerfile));
}
