namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Each bad input is one coded error with exit code 1 and leaves what was there before.</summary>
[TestClass]
public sealed class BadInputTests(TestContext context)
{
    [TestMethod]
    [DataRow("OFB1001", "-p:FunctionName=Not_A_Label")]
    [DataRow("OFB1001", "-p:FunctionName=../escape")]
    [DataRow("OFB1002", "-p:ContainerImageFormat=Squashfs")]
    [DataRow("OFB1002", "-p:ContainerImageTag=a b")]
    [DataRow("OFB1002", "-p:FunctionForce=maybe")]
    [DataRow("OFB1003", "-p:ContainerImageTag=a", "-p:ContainerImageTags=b%3Bc")]
    [DataRow("OFB1005", "-p:FunctionTemplate=")]
    [DataRow("OFB1006", "-p:FunctionHandler=nowhere")]
    [DataRow("OFB1008", "-p:ContainerDockerfile=Nofile")]
    [DataRow("OFB2001", "-p:ContainerBuilder=nonsense")]
    public async Task Publish_BadInput_IsOneCodedError(string code, params string[] arguments)
    {
        var project = FunctionProject.AnyLanguage(context, properties: "<ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>");
        var digest = await project.PublishForDigestAsync();
        var archive = await File.ReadAllBytesAsync(project.At("bin/image.tar"), context.CancellationToken);

        (await project.PublishAsync(arguments)).ShouldFailWith(code);

        Assert.AreSequenceEqual(archive, await File.ReadAllBytesAsync(project.At("bin/image.tar"), context.CancellationToken));
        Assert.AreEqual(digest, (await File.ReadAllTextAsync(project.At("obj/Release/openfaas/my-cool-function.digest"), context.CancellationToken)).Trim());
        Assert.AreEqual(digest, await project.PublishForDigestAsync());
    }

    [TestMethod]
    public async Task Publish_UnreachableRegistry_IsOneCodedErrorOfItsFamily()
    {
        var project = FunctionProject.AnyLanguage(context);

        var result = await project.PublishAsync("-p:ContainerRegistry=127.0.0.1:1");

        Assert.AreEqual(1, result.ExitCode);
        Assert.HasCount(1, result.ErrorCodes, result.Output);
        Assert.StartsWith("OFB3", result.ErrorCodes[0]);
    }

    [TestMethod]
    public async Task Publish_MalformedDockerfile_IsBlamedAtItsLine()
    {
        var project = FunctionProject.AnyLanguage(context).Write("Dockerfile", "FROM scratch\nCOPPY . /\n");

        var result = await project.PublishAsync("-p:ContainerArchiveOutputPath=bin/image.tar");

        Assert.AreEqual(1, result.ExitCode);
        Assert.HasCount(1, result.ErrorCodes, result.Output);
        Assert.MatchesRegex(@"Dockerfile\(2(,\d+)?\): error OFB", result.Output);
    }

    [TestMethod]
    public async Task Publish_SeveralBadInputs_AreAllReported()
    {
        var project = FunctionProject.AnyLanguage(context);

        var result = await project.PublishAsync("-p:FunctionName=A_B", "-p:ContainerImageFormat=X", "-p:ContainerImageTag=a b");

        Assert.AreSequenceEqual(["OFB1001", "OFB1002", "OFB1002"], result.ErrorCodes.Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task Publish_NoWarn_SilencesAWarningOfOurs()
    {
        var project = FunctionProject.AnyLanguage(context);
        project.Write("My.CoolFunction.csproj", File.ReadAllText(project.At("My.CoolFunction.csproj")).Replace(
            "</Project>", """<ItemGroup><ContainerBuildArg Include="API_TOKEN" Value="x" /></ItemGroup></Project>""", StringComparison.Ordinal));

        const string archive = "-p:ContainerArchiveOutputPath=bin/image.tar";
        Assert.Contains("OFB1009", (await project.PublishAsync(archive)).ShouldSucceed().WarningCodes);
        Assert.DoesNotContain("OFB1009", (await project.PublishAsync(archive, "-p:MSBuildWarningsAsMessages=OFB1009", "-p:FunctionForce=true")).ShouldSucceed().WarningCodes);
    }
}
