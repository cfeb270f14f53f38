using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Contract;

/// <summary>What every engine does for a function, whatever it is.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("registry-auth"), RequiresService("docker"), RequiresService("docker26"), RequiresService("podman"), RequiresService("buildah"), RequiresService("tools")]
public sealed class BuilderContractTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_EngineNotThere_TellsWhyNot(string engine)
    {
        var function = ContractEngine.Of(engine).BrokenFunction(context, Shell).ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.Contains("/nowhere/", failure.Diagnostics.Single().Message);
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_ArgumentsLabelsTargetTags_AreInTheImageOfTheRegistry(string engine)
    {
        var dockerfile = Shell.Replace("FROM scratch", "FROM scratch AS wanted", StringComparison.Ordinal)
            + $"ARG WORD=wrong\nENV THIS={Guid.NewGuid():n}\nRUN echo \"$WORD\" > /word\nFROM scratch\nCOPY missing /\n";
        var function = ContractEngine.Of(engine).Function(context, dockerfile).ToRegistry()
            .Set("ContainerTarget", "wanted").Set("ContainerImageTags", "one;two")
            .Add("ContainerBuildArg", "WORD", "Value", "right words").Add("ContainerLabel", "test.label", "Value", "a value");

        var image = await function.PublishAsync();

        foreach (var tag in new[] { "one", "two" })
        {
            Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}", tag));
        }

        Assert.AreNotEqual(image.ConfigDigest, image.Digest);
        Assert.AreEqual("a value", await function.AtRegistryAsync("{{index .Labels \"test.label\"}}", "one"));
        Assert.AreEqual("right words\n", await function.FileAtRegistryAsync("word", "one"));
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_ArgumentByReference_IsInNoLog(string engine)
    {
        var canary = Guid.NewGuid().ToString("n");
        var function = ContractEngine.Of(engine).Function(context, Shell + "ARG WORD\nRUN test -n \"$WORD\" && echo done > /word\n").ToRegistry()
            .Add("ContainerBuildArg", "WORD", "Value", "env:CANARY");
        function.Environment["CANARY"] = canary;

        await function.PublishAsync();

        Assert.DoesNotContain(canary, function.Messages);
        Assert.AreEqual("done\n", await function.FileAtRegistryAsync("word"));
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_DockerfileWithEndsOfLinesOfWindows_GetsTheSdksInstructions(string engine)
    {
        var dockerfile = Shell.Replace("FROM scratch", "FROM scratch AS wanted", StringComparison.Ordinal)
            + $"ARG WORD=wrong\nENV THIS={Guid.NewGuid():n}\nRUN echo \\\n  \"$WORD\" > /word\nFROM scratch\nCOPY missing /\n";
        var function = ContractEngine.Of(engine).Function(context, dockerfile.ReplaceLineEndings("\r\n")).ToRegistry()
            .Set("ContainerTarget", "wanted").Set("ContainerWorkingDirectory", "/made by the sdk").Add("ContainerBuildArg", "WORD", "Value", "env:GIVEN");
        function.Environment["GIVEN"] = "right words";

        var image = await function.PublishAsync();

        Assert.AreEqual("right words\n", await function.FileAtRegistryAsync("word"));
        Assert.Contains("\"WorkingDir\":\"/made by the sdk\"", image.Configuration);
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_Secret_IsMountedAndInNoLogOrFileOrLayer(string engine)
    {
        var one = ContractEngine.Of(engine);
        var canary = Guid.NewGuid().ToString("n");
        var function = one.Function(context, Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN --mount=type=secret,id=token sha256sum < /run/secrets/token > /sum\n").ToRegistry()
            .Add("ContainerBuildSecret", "token", "Source", "env:CANARY").Set("ContainerProgress", "plain");
        function.Environment["CANARY"] = canary;
        if (!one.Honours("ContainerBuildSecret"))
        {
            var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());
            Assert.IsTrue(failure.Diagnostics.All(diagnostic => diagnostic.Descriptor.Code == "OFB2002"), failure.Message);
            return;
        }

        var image = await function.PublishAsync();

        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canary)));
        Assert.AreEqual($"{expected}  -\n", await function.FileAtRegistryAsync("sum"));
        Assert.DoesNotContain(canary, image.Configuration + image.Manifest + function.Messages);
        Assert.IsFalse(Directory.EnumerateFiles(function.Folder, "*", SearchOption.AllDirectories).Any(file => File.ReadAllText(file).Contains(canary, StringComparison.Ordinal)));
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_PrivateBaseAndPrivateDestination_UseTheUsersCredentials(string engine)
    {
        var reference = await PrivateRegistry.PushImageAsync(context);
        var function = ContractEngine.Of(engine).Function(context, $"FROM {reference}\nRUN echo more > /more\n").ToRegistry("registry-auth");
        function.Environment["DOCKER_CONFIG"] = PrivateRegistry.ConfigFolder(context);

        var image = await function.PublishAsync();

        var (user, password) = (TestServices.Fact("registry-auth", "USER"), TestServices.Fact("registry-auth", "PASSWORD"));
        var digest = await Tool.RunAsync(
            "skopeo", ["inspect", "--tls-verify=false", "--creds", $"{user}:{password}", "--format", "{{.Digest}}", "docker://" + function.Reference], context.CancellationToken);
        Assert.AreEqual(digest.Trim(), image.Digest);
        Assert.DoesNotContain(password, function.Messages);
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_FailingStep_TellsExitCodeAndLastLines(string engine)
    {
        var function = ContractEngine.Of(engine).Function(context, Shell + $"RUN echo the-reason && : {Guid.NewGuid():n} && exit 7\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        var message = failure.Diagnostics[0].Message;

        // img does not know it: what it says of a failed step was recorded from the real one.
        Assert.Contains(ContractEngine.Of(engine).Column == "img" ? "does not tell its exit code" : "exit code 7", message);
        Assert.Contains("the-reason", message);
        Assert.IsFalse(File.Exists(Path.Combine(function.Folder, "obj", "openfaas", function.Name + ".digest")));
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_UnknownBase_IsACodedErrorThatNamesIt(string engine)
    {
        var reference = $"{TestServices.Endpoint("registry")}/none/such-{Guid.NewGuid():n}:1";
        var function = ContractEngine.Of(engine).Function(context, $"FROM {reference}\nRUN true\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.Contains(reference[..^2], failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [DynamicData(nameof(ContractEngine.Names), typeof(ContractEngine))]
    public async Task Publish_Cancelled_EndsTheStepAndTheNextPublishWorks(string engine)
    {
        var step = new StepProcess();
        var function = ContractEngine.Of(engine).Function(context, Shell + step.Instruction).ToRegistry();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var publish = function.PublishAsync(cancel.Token);
        await Task.WhenAny(publish, step.UntilAsync(isRunning: true, TimeSpan.FromSeconds(60), context.CancellationToken));

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => publish);
        await step.UntilAsync(isRunning: false, TimeSpan.FromSeconds(15), context.CancellationToken);
        Assert.IsEmpty(Directory.EnumerateFiles(Path.Combine(function.Folder, "obj"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)));
        function.Write("Dockerfile", Shell + "RUN echo works > /works\n");
        await function.PublishAsync();
        Assert.AreEqual("works\n", await function.FileAtRegistryAsync("works"));
    }
}
