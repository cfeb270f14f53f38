using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Differential;

namespace OpenFaaS.Build.Integration.Tests.Builders.Contract;

/// <summary>One function, every engine: the same files and the same configuration.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("registry-auth"), RequiresService("docker"), RequiresService("docker26"), RequiresService("podman"), RequiresService("buildah"), RequiresService("tools")]
public sealed class SameImageTests(TestContext context)
{
    private const string Engineless = "buildkit-26.1";

    [TestMethod]
    public async Task Publish_OneFunctionOnEveryEngine_GivesTheSameFilesAndConfiguration()
    {
        var reference = await PrivateRegistry.PushImageAsync(context);
        var expected = new Dictionary<bool, ImageSnapshot>
        {
            [true] = await BuildAsync(ContractEngine.Of(Engineless), reference, hasSecret: true),
            [false] = await BuildAsync(ContractEngine.Of(Engineless), reference, hasSecret: false),
        };
        var table = new List<string> { "| engine | secret | files | configuration |", "|---|---|---|---|" };
        var differences = new List<string>();
        foreach (var engine in ContractEngine.All)
        {
            var hasSecret = engine.Honours("ContainerBuildSecret");
            var image = await BuildAsync(engine, reference, hasSecret);
            var (files, config) = (Difference(expected[hasSecret].Files, image.Files), Difference(expected[hasSecret].Config, image.Config));
            table.Add($"| {engine.Name} | {(hasSecret ? "used" : "not in its row of the table")} | {Cell(files)} | {Cell(config)} |");
            differences.AddRange(files.Concat(config).Select(line => $"{engine.Name}: {line}"));
        }

        context.WriteLine(string.Join('\n', table));
        Assert.IsEmpty(differences, string.Join('\n', table.Concat(differences)));
    }

    private async Task<ImageSnapshot> BuildAsync(ContractEngine engine, string reference, bool hasSecret)
    {
        var secret = hasSecret ? "RUN --mount=type=secret,id=token sha256sum < /run/secrets/token > /sum\n" : "";
        var function = engine.Function(
            context,
            $"FROM {reference} AS made\nARG WORD=wrong\nCOPY skeleton /\nRUN mkdir -p /data/below && echo \"$WORD\" > /data/below/word && chmod 750 /data/below && ln -s below /data/link\n{secret}"
            + "FROM made AS wanted\nCOPY --chown=10:20 handler /home/app\nENV MODE=\"a b\"\nWORKDIR /home/app\nEXPOSE 8080\nUSER 10:20\nENTRYPOINT [\"/bin/sh\"]\nCMD [\"-c\", \"true\"]\n"
            + "FROM scratch\nCOPY nothing /\n").ToRegistry()
            .Write("handler/run.sh", "#!/bin/sh\n").Write("handler/below/data.txt", "data")
            .Set("ContainerTarget", "wanted").Add("ContainerBuildArg", "WORD", "Value", "right").Add("ContainerLabel", "test.label", "Value", "a value");

        // As every base image of a system has them. Where they are missing, runtimes leave the places that they mount on in the image,
        // and the classic builder gives a destination's new parents to root.
        foreach (var path in new[] { "dev/keep", "etc/hostname", "etc/hosts", "etc/resolv.conf", "home/keep", "proc/keep", "run/secrets/keep", "sys/keep" })
        {
            function.Write("skeleton/" + path, "");
        }

        if (hasSecret)
        {
            function.Add("ContainerBuildSecret", "token", "Source", "env:SECRET");
        }

        function.Environment["SECRET"] = "some secret";
        function.Environment["DOCKER_CONFIG"] = PrivateRegistry.ConfigFolder(context);
        await function.PublishAsync();

        // As it is: the classic builder of a containerd store mixes media types, which skopeo does not convert.
        var image = Path.Combine(context.Folder(), function.Name + "-image");
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", "docker://" + function.Reference, "dir:" + image], context.CancellationToken);
        return ImageSnapshot.ReadFolder(image);
    }

    private static IReadOnlyList<string> Difference(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        [.. expected.Except(actual).Select(line => "- " + line), .. actual.Except(expected).Select(line => "+ " + line)];

    private static string Cell(IReadOnlyList<string> differences) => differences.Count == 0 ? "equal" : string.Join("<br>", differences);
}
