using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Differential;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>Rules of <c>.dockerignore</c> are applied once, or not at all: the image has the files that BuildKit makes of the same function when the SDK speaks to it itself.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class IgnoredContextTests(TestContext context)
{
    private const string Dockerfile = "FROM scratch\nCOPY . /\n";

    [TestMethod]
    [DataRow("", "", "", "", ".dockerignore data kept.md", DisplayName = "rules that are in force")]
    [DataRow("false", "", "data\n", "", ".dockerignore data kept.md left", DisplayName = "rules that are turned off")]
    [DataRow("false", "", "", "data\nkept.md\n", ".dockerignore data kept.md left", DisplayName = "rules of the Dockerfile that are turned off")]
    [DataRow("", "", "data\n", "left\n", ".dockerignore data kept.md", DisplayName = "rules of the Dockerfile, which go before")]
    [DataRow("", "Dockerfile.prod", "data\nkept.md\n", "left\n", ".dockerignore data kept.md", DisplayName = "rules of a Dockerfile of another name")]
    [DataRow("", "", "left\nDockerfile\n.dockerignore\n", "", "data kept.md", DisplayName = "rules that hide the Dockerfile and themselves")]
    public async Task Publish_Rules_LeaveWhatTheyLeaveOnBuildKit(string isOn, string dockerfile, string rules, string rulesOfDockerfile, string expected)
    {
        BuildKitFunction Function()
        {
            var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Dockerfile).ToRegistry().Set("FunctionIgnoreFile", isOn).Set("ContainerDockerfile", dockerfile)
                .Write("data", "1").Write("kept.md", "2").Write("left", "3").Write(".dockerignore", rules.Length > 0 ? rules : "left\n");
            return (dockerfile.Length > 0 ? function.Write(dockerfile, Dockerfile) : function)
                .Write((dockerfile.Length > 0 ? dockerfile : "Dockerfile") + (rulesOfDockerfile.Length > 0 ? ".dockerignore" : ".note"), rulesOfDockerfile);
        }

        var direct = await FilesAsync(Function());
        var sent = await FilesAsync((await FunctionBuilderStandIn.Shared).Serve(Function()));

        Assert.AreSequenceEqual(expected.Split(' '), sent.Select(file => file.Split(' ')[0]).Where(path => !path.StartsWith("Dockerfile", StringComparison.Ordinal) && path != "busybox"));
        Assert.AreSequenceEqual(Names(direct), Names(sent));

        // The Dockerfile that is sent is copied instead of the own one, as is said; so are rules beside it, where they are not in force.
        string[] own = isOn == "false" ? ["Dockerfile ", "Dockerfile.dockerignore "] : ["Dockerfile "];
        bool IsOther(string file) => !own.Any(name => file.StartsWith(name, StringComparison.Ordinal));
        Assert.AreSequenceEqual(direct.Where(IsOther), sent.Where(IsOther));
    }

    private static IEnumerable<string> Names(IEnumerable<string> files) => files.Select(file => file.Split(' ')[0]);

    private async Task<IReadOnlyList<string>> FilesAsync(BuildKitFunction function)
    {
        await function.PublishAsync();
        var image = Path.Combine(context.Folder(), function.Name + "-image");
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", "docker://" + function.Reference, "dir:" + image], context.CancellationToken);
        return ImageSnapshot.ReadFolder(image).Files;
    }
}
