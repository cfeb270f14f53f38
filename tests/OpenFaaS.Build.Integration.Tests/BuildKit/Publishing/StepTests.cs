using OpenFaaS.Build.Diagnostics;
namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Steps get what the project gives them, and nothing else.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class StepTests(TestContext context)
{
    private const string Syntax = BuildKitFunction.WithShell;

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_SecretInAStep_IsMountedAndNotInTheImage(string service)
    {
        var canary = Guid.NewGuid().ToString("n");
        var function = new BuildKitFunction(
            context, TestServices.Endpoint(service), Syntax + $"ENV THIS={Guid.NewGuid():n}\nRUN --mount=type=secret,id=token --mount=type=secret,id=file sha256sum < /run/secrets/token > /sum && cat /run/secrets/file >> /sum\n").ToRegistry()
            .Write("secret.txt", "from a file").Add("ContainerBuildSecret", "token", "Source", "env:CANARY").Add("ContainerBuildSecret", "file", "Source", "file:secret.txt");
        function.Write(".dockerignore", "secret.txt\n");
        function.Environment["CANARY"] = canary;

        var image = await function.PublishAsync();

        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canary)));
        Assert.AreEqual($"{expected}  -\nfrom a file", await function.FileAtRegistryAsync("sum"));
        Assert.DoesNotContain(canary, image.Configuration + image.Manifest + function.Messages);
        Assert.IsFalse(Directory.EnumerateFiles(function.Folder, "*", SearchOption.AllDirectories).Any(file => File.ReadAllText(file).Contains(canary, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Publish_SecretIsMissing_IsACodedErrorBeforeTheBuild()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Syntax + "RUN --mount=type=secret,id=token true\n").ToRegistry()
            .Add("ContainerBuildSecret", "token", "Source", "env:NOT_SET");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.Contains("NOT_SET", failure.Diagnostics.Single().Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_PrivateBaseImage_IsPulledWithTheUsersCredentials(string service)
    {
        var private_ = await PrivateRegistry.PushImageAsync(context);
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), $"FROM {private_}\nRUN echo more > /more\n").ToRegistry();
        function.Environment["DOCKER_CONFIG"] = PrivateRegistry.ConfigFolder(context);

        await function.PublishAsync();

        Assert.AreEqual("more\n", await function.FileAtRegistryAsync("more"));
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_PushToAPrivateRegistry_SignsIn(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), Syntax).ToRegistry("registry-auth");
        function.Environment["DOCKER_CONFIG"] = PrivateRegistry.ConfigFolder(context);

        var image = await function.PublishAsync();

        var (user, password) = (TestServices.Fact("registry-auth", "USER"), TestServices.Fact("registry-auth", "PASSWORD"));
        var digest = await Tool.RunAsync(
            "skopeo", ["inspect", "--tls-verify=false", "--creds", $"{user}:{password}", "--format", "{{.Digest}}", "docker://" + function.Reference], context.CancellationToken);
        Assert.AreEqual(digest.Trim(), image.Digest);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_PrivateRegistryWithoutCredentials_IsACodedError(string service)
    {
        // A registry that the daemon has never been signed in to: it keeps credentials between builds.
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "private"), context.CancellationToken, ("user", "password"));
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), $"FROM {registry.Name}/some/image:1\nRUN true\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.IsTrue(failure.Diagnostics.All(diagnostic => diagnostic.Descriptor.Code.StartsWith("OFB54", StringComparison.Ordinal)));
        Assert.Contains(registry.Name, failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public async Task Publish_OneByteChangedWithEqualSizeAndTime_IsAnotherImage()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY a.txt /\n").ToRegistry().Write("a.txt", "abcdef");
        var path = Path.Combine(function.Folder, "a.txt");
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);
        var first = await function.PublishAsync();
        File.WriteAllText(path, "abcdeX");
        File.SetLastWriteTimeUtc(path, time);

        var second = await function.PublishAsync();

        Assert.AreNotEqual(first.Digest, second.Digest);
        Assert.AreEqual("abcdeX", await function.FileAtRegistryAsync("a.txt"));
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_FailingStep_TellsExitCodeLinesAndPlace(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), Syntax + $"RUN echo the-reason && : {Guid.NewGuid():n} && exit 7\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        var diagnostic = failure.Diagnostics[0];
        Assert.Contains("7", diagnostic.Message);
        Assert.Contains("the-reason", diagnostic.Message + function.Messages);
        Assert.EndsWith("Dockerfile", diagnostic.Location!.File);
        Assert.IsFalse(File.Exists(Path.Combine(function.Folder, "obj", "openfaas", function.Name + ".digest")));
    }

    [TestMethod]
    public async Task Publish_NamedContext_IsServedFromItsFolder()
    {
        var other = Directory.CreateDirectory(Path.Combine(context.Folder(), "other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "x.txt"), "named", context.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(other, ".dockerignore"), "ignored.txt\n", context.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(other, "ignored.txt"), "no", context.CancellationToken);
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Syntax + "COPY --from=extra . /extra/\nRUN ls /extra > /list\n").ToRegistry()
            .Add("ContainerBuildContext", "extra", "Source", other);

        await function.PublishAsync();

        Assert.AreEqual("x.txt\n", (await function.FileAtRegistryAsync("list")).Replace(".dockerignore\n", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Publish_NamedContextChanged_IsBuiltAgain()
    {
        var other = Directory.CreateDirectory(Path.Combine(context.Folder(), "other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "x.txt"), "one", context.CancellationToken);
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY --from=extra x.txt /\n").ToRegistry()
            .Add("ContainerBuildContext", "extra", "Source", other);
        await function.PublishAsync();
        await File.WriteAllTextAsync(Path.Combine(other, "x.txt"), "two", context.CancellationToken);

        await function.PublishAsync();

        Assert.AreEqual("two", await function.FileAtRegistryAsync("x.txt"));
    }

    [TestMethod]
    public async Task Publish_PullNever_IsACodedErrorSinceTheDaemonWouldPull()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Syntax).ToRegistry().Set("ContainerPull", "never");

        Assert.AreEqual("OFB2002", (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task Publish_Provenance_IsAttachedToTheImage()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Syntax).ToRegistry().Set("ContainerProvenance", "max");

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.Contains("attestation-manifest", image.Manifest);
        CollectionAssert.AreEqual(new[] { "linux/amd64" }, image.Platforms.ToArray());
    }
}
