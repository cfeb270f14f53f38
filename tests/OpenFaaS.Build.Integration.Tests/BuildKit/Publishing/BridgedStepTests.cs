namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>
/// What steps get from the user, through every form of socket: secrets, private images, the push. The BuildKit of 20.10 gives images to its engine alone,
/// so that there it is the engine's own address.
/// </summary>
[TestClass]
[RequiresService("registry"), RequiresService("registry-auth"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class BridgedStepTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker", "engine")]
    [DataRow("docker26", "unix")]
    [DataRow("docker26", "tcp")]
    [DataRow("docker26", "mtls")]
    public async Task Publish_SecretAndPrivateImagesOverABridge_ReachTheStep(string engine, string form)
    {
        var authority = new PrivateAuthority(context.Folder());
        var address = TestServices.Endpoint(engine);
        await using var bridge = form switch
        {
            "engine" => null,
            "unix" => BuildKitBridge.OnUnix(address),
            "tcp" => BuildKitBridge.OnTcp(address),
            _ => BuildKitBridge.OnTls(address, authority.Load(), authority),
        };
        var (from, mounted) = (await PrivateRegistry.PushImageAsync(context), await PrivateRegistry.PushImageAsync(context));
        var function = new BuildKitFunction(
            context, bridge?.Address ?? address, $"FROM {from}\nRUN --mount=type=secret,id=token --mount=type=bind,from={mounted},target=/other cat /run/secrets/token > /said && test -x /other/bin/sh\n")
            .ToRegistry().Add("ContainerBuildSecret", "token", "Source", "env:CANARY");
        function.Environment["CANARY"] = "said in confidence";
        function.Environment["DOCKER_CONFIG"] = PrivateRegistry.ConfigFolder(context);
        if (form == "mtls")
        {
            var (certificate, key) = authority.IssueClient();
            function.Set("ContainerBuilderCaFile", authority.AuthorityFile).Set("ContainerBuilderCertFile", certificate).Set("ContainerBuilderKeyFile", key);
        }

        var image = await function.PublishAsync();

        Assert.AreEqual("said in confidence", await function.FileAtRegistryAsync("said"));
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.AreNotEqual(0, bridge?.Connections);
    }
}
