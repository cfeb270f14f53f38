namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A registry that cannot be used is one coded error with exit code 1; no tag moves and earlier outputs stay.</summary>
[TestClass]
public sealed class BadRegistryTests(TestContext context)
{
    private const string DigestFile = "obj/Release/openfaas/my-cool-function.digest";

    [TestMethod]
    public async Task Publish_UnreachableRegistry_IsOneCodedError()
    {
        var project = FunctionProject.AnyLanguage(context);
        var earlier = await EarlierOutputs.WriteAsync(context, project);

        var result = (await project.PublishAsync("-p:ContainerRegistry=127.0.0.1:1")).ShouldFailWith("OFB3001");

        Assert.Contains(" 127.0.0.1:1 cannot be reached", result.Output);
        earlier.ShouldBeWhole(project);
    }

    [TestMethod]
    public async Task Publish_RegistryOfUnknownName_IsOneCodedError()
    {
        var project = FunctionProject.AnyLanguage(context);

        (await project.PublishAsync("-p:ContainerRegistry=registry.invalid")).ShouldFailWith("OFB3001");
    }

    [TestMethod]
    [RequiresTool("registry", "docker-registry", "htpasswd")]
    public async Task Publish_WrongCredentials_IsOneCodedErrorAndMovesNoTag()
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken, ("tester", "right-password"));
        var project = FunctionProject.AnyLanguage(context, properties: $"<ContainerRegistry>{registry.Name}</ContainerRegistry>");
        project.Environment["DOTNET_CONTAINER_REGISTRY_UNAME"] = "tester";
        project.Environment["DOTNET_CONTAINER_REGISTRY_PWORD"] = "right-password";
        var digest = await project.PublishForDigestAsync();
        project.Write("added", "changed");

        project.Environment["DOTNET_CONTAINER_REGISTRY_PWORD"] = "wrong-password";
        var refused = (await project.PublishAsync()).ShouldFailWith("OFB3004");
        project.Environment["DOTNET_CONTAINER_REGISTRY_UNAME"] = null;
        project.Environment["DOTNET_CONTAINER_REGISTRY_PWORD"] = null;
        (await project.PublishAsync()).ShouldFailWith("OFB3004");

        Assert.DoesNotContain("wrong-password", refused.Output + refused.Error);
        Assert.AreEqual(digest, (await File.ReadAllTextAsync(project.At(DigestFile), context.CancellationToken)).Trim());
        var tag = await File.ReadAllTextAsync(
            Path.Combine(context.Folder(), "registry/data/docker/registry/v2/repositories/my-cool-function/_manifests/tags/latest/current/link"), context.CancellationToken);
        Assert.AreEqual(digest, tag.Trim());
    }

    [TestMethod]
    [RequiresTool("registry", "docker-registry")]
    public async Task Publish_UntrustedCertificate_IsOneCodedErrorThatSaysWhereToPutTheAuthority()
    {
        await using var registry = await RegistryProcess.StartAsync(
            Path.Combine(context.Folder(), "registry"), context.CancellationToken, authority: new PrivateAuthority(Path.Combine(context.Folder(), "authority")));
        var project = FunctionProject.AnyLanguage(context);

        var result = (await project.PublishAsync($"-p:ContainerRegistry={registry.Name}")).ShouldFailWith("OFB3002");

        Assert.Contains("certs.d", result.Output);
    }

    [TestMethod]
    [RequiresTool("registry", "docker-registry")]
    public async Task Publish_MissingBaseImage_IsNamedInFullAtItsFrom()
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken);
        var project = FunctionProject.AnyLanguage(context).Write("Dockerfile", $"# one line more\nFROM {registry.Name}/team/missing:1\nCOPY . /\n");
        var earlier = await EarlierOutputs.WriteAsync(context, project);

        var result = (await project.PublishAsync("-p:ContainerArchiveOutputPath=bin/image.tar")).ShouldFailWith("OFB3006");

        Assert.MatchesRegex($@"Dockerfile\(2\): error OFB3006: The image '{registry.Name}/team/missing:1' does not exist", result.Output);
        earlier.ShouldBeWhole(project);
    }

    [TestMethod]
    [RequiresTool("registry", "docker-registry", "htpasswd")]
    public async Task Publish_DamagedCredentials_IsOneCodedErrorThatNamesTheFile()
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken, ("tester", "password"));
        var project = FunctionProject.AnyLanguage(context).Write("../docker/config.json", $$"""{"auths": {"{{registry.Name}}": {"auth": "not base64, but a-secret"} } }""");

        var result = (await project.PublishAsync($"-p:ContainerRegistry={registry.Name}")).ShouldFailWith("OFB3014");

        Assert.Contains("config.json", result.Output);
        Assert.DoesNotContain("a-secret", result.Output);
    }
}
