namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Each bad input is one coded error with exit code 1 and leaves what an earlier publish gave.</summary>
[TestClass]
public sealed class BadInputTests(TestContext context)
{
    private const string Archive = "<ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>";

    [TestMethod]
    [DataRow("OFB1001", "-p:FunctionName=Not_A_Label")]
    [DataRow("OFB1001", "-p:FunctionName=../escape")]
    [DataRow("OFB1002", "-p:ContainerImageFormat=Squashfs")]
    [DataRow("OFB1002", "-p:ContainerRegistry=http://127.0.0.1:5000")]
    [DataRow("OFB1003", "-p:ContainerImageTag=a", "-p:ContainerImageTags=b%3Bc")]
    [DataRow("OFB1005", "-p:FunctionTemplate=")]
    [DataRow("OFB1006", "-p:FunctionHandler=nowhere")]
    [DataRow("OFB1006", "-p:FunctionHandler=run")]
    [DataRow("OFB1008", "-p:ContainerDockerfile=Nofile")]
    [DataRow("OFB2001", "-p:ContainerBuilder=nonsense")]
    [DataRow("OFB2004", "-p:ContainerBuilder=openfaas")]
    [DataRow("OFB4003", "-p:ContainerArchiveOutputPath=run/image.tar")]
    [DataRow("OFB4003", "-p:ContainerDigestFile=/proc/openfaas.digest")]
    [DataRow("OFB6001", "-p:FunctionTemplate=cobol")]
    [DataRow("OFB6002", "-p:FunctionTemplate=cobol", "-p:FunctionTemplatePath=nowhere")]
    public async Task Publish_BadInput_IsOneCodedErrorAtTheProject(string code, params string[] arguments)
    {
        var project = FunctionProject.AnyLanguage(context, properties: Archive);
        var earlier = await EarlierOutputs.WriteAsync(context, project);

        var result = (await project.PublishAsync(arguments)).ShouldFailWith(code);

        if (code != "OFB4003")
        {
            Assert.MatchesRegex($@"(My\.CoolFunction\.csproj|Dockerfile)(\(\d+(,\d+)?\))?\s*: error {code}:", result.Output);
        }

        earlier.ShouldBeWhole(project);
    }

    [TestMethod]
    [DataRow("FROM scratch\nCOPPY . /\n", "OFB2204", 2)]
    [DataRow("FROM scratch\nCOPY . /\nRUN make\n", "OFB2101", 3)]
    [DataRow("FROM scratch\nCOPY nothing /\n", "OFB2104", 2)]
    [DataRow("FROM scratch\nCOPY --from=No:Image:At:All . /\n", "OFB2110", 2)]
    [DataRow("# no instruction\n", "OFB2201", 0)]
    public async Task Publish_BadDockerfile_IsBlamedAtItsLine(string dockerfile, string code, int line)
    {
        var project = FunctionProject.AnyLanguage(context, properties: Archive).Write("Dockerfile", dockerfile);
        var earlier = await EarlierOutputs.WriteAsync(context, project);

        var result = (await project.PublishAsync("-p:ContainerBuilder=embedded")).ShouldFailWith(code);

        Assert.MatchesRegex(line == 0 ? $"Dockerfile : error {code}:" : $@"Dockerfile\({line}(,\d+)?\): error {code}:", result.Output);
        earlier.ShouldBeWhole(project);
    }

    [TestMethod]
    public async Task Publish_NoBuilderCanMakeIt_NamesWhatWasTriedAtTheLine()
    {
        var project = FunctionProject.AnyLanguage(context, properties: Archive).Write("Dockerfile", "FROM scratch\nRUN --security=insecure make\n");
        project.Environment["BUILDKIT_HOST"] = "unix:///nowhere/buildkitd.sock";
        project.Environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";

        var result = (await project.PublishAsync()).ShouldFailWith("OFB2003");

        Assert.MatchesRegex(@"Dockerfile\(2\): error OFB2003:.*embedded \(line 2 is a RUN\); buildkit \(.*/nowhere/buildkitd.sock.*docker \(.*/nowhere/docker.sock.*podman \(cannot honour RUN --security\); buildah \(cannot honour RUN --security\)", result.Output);
    }

    [TestMethod]
    public async Task Publish_SeveralBadInputs_AreAllReported()
    {
        var project = FunctionProject.AnyLanguage(context);

        var result = await project.PublishAsync(
            "-p:FunctionName=A_B", "-p:ContainerImageFormat=X", "-p:ContainerImageTag=a b", "-p:FunctionForce=maybe", "-p:ContainerCompression=rar", "-p:ContainerUser=x:y:z", "-p:FunctionTemplate=");

        Assert.AreEqual(1, result.ExitCode);
        Assert.AreSequenceEqual(
            ["OFB1001", "OFB1002", "OFB1002", "OFB1002", "OFB1002", "OFB1005"],
            result.ErrorCodes.Order(StringComparer.Ordinal),
            result.Output);
    }

    [TestMethod]
    public async Task Publish_BadName_LeavesNothingThatCleanDoesNotRemove()
    {
        var project = FunctionProject.AnyLanguage(context, properties: Archive);
        (await project.PublishAsync("-p:FunctionName=Bad Name/../x")).ShouldFailWith("OFB1001");

        (await project.DotNetAsync("clean", "-c", "Release")).ShouldSucceed();

        Assert.IsEmpty(project.Files().Where(file => file.Contains("openfaas", StringComparison.Ordinal) || file.EndsWith(".request.json", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Publish_ProjectWithoutHandlerClass_IsOneCodedError()
    {
        var project = FunctionProject.Web(context);
        File.Delete(project.At("Program.cs"));
        project.Write("Function.cs", "namespace function;\npublic static class NotTheHandler;\n");

        (await project.PublishAsync("-p:ContainerArchiveOutputPath=bin/image.tar")).ShouldFailWith("OFB1020");

        Assert.IsFalse(File.Exists(project.At("bin/image.tar")));
    }

    [TestMethod]
    public async Task Publish_FullDisk_IsOneCodedErrorAndLeavesTheArchive()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Only root can mount a small file system.");
        }

        var project = FunctionProject.AnyLanguage(context, properties: Archive);
        var earlier = await EarlierOutputs.WriteAsync(context, project);
        await File.WriteAllBytesAsync(project.At("large"), new byte[1 << 20], context.CancellationToken);

        // The file system lives in a mount namespace of its own and is gone with the shell.
        var result = await project.ShellAsync("""
            exec unshare --mount /bin/sh -c '
              mkdir full && mount -t tmpfs -o size=128k tmpfs full && cp bin/image.tar full/ || exit 90
              dotnet publish -p:ContainerCompression=none -p:ContainerArchiveOutputPath=full/image.tar
              status=$?
              [ "$(ls -A full)" = image.tar ] && cmp bin/image.tar full/image.tar || exit 91
              exit $status'
            """);

        result.ShouldFailWith("OFB4003");
        earlier.ShouldBeWhole(project);
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
