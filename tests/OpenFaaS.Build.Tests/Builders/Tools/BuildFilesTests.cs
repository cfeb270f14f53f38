using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Tools;

/// <summary>What tools are handed as files: context, secrets, credentials.</summary>
[TestClass]
public sealed class BuildFilesTests(TestContext context)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Context_Written_HoldsTheFilesWithTheirModesAndTheEpochAndNotTheDockerfile()
    {
        var link = new ContextEntry("d/link", EntryKind.SymbolicLink, 0x1FF) { LinkTarget = "../a" };
        var build = SampleBuild.Of(context, "FROM scratch\n", log) with
        {
            Context = new FileSet([Bytes.File("a", "1", Convert.ToInt32("755", 8)), new ContextEntry("d", EntryKind.Directory, Convert.ToInt32("755", 8)), link]),
        };

        var written = await ContextFolder.WriteAsync(build, "FROM other\n", context.CancellationToken);

        CollectionAssert.AreEquivalent(new[] { "a", "d", "d/link" }, Directory.EnumerateFileSystemEntries(written.Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(written.Folder, path)).ToList());
        Assert.AreEqual(Convert.ToInt32("755", 8), (int)File.GetUnixFileMode(Path.Combine(written.Folder, "a")));
        foreach (var path in new[] { "a", "d", "d/link" })
        {
            Assert.AreEqual(DateTime.UnixEpoch, new FileInfo(Path.Combine(written.Folder, path)).LastWriteTimeUtc, path);
        }

        Assert.AreEqual("FROM other\n", await File.ReadAllTextAsync(written.Dockerfile, context.CancellationToken));
        Assert.AreEqual(written.Dockerfile + ".dockerignore", written.IgnoreFile);
        Assert.IsTrue(File.Exists(written.IgnoreFile));
    }

    [TestMethod]
    public async Task Secrets_Written_ArePrivateFilesWithTheBytes()
    {
        var source = Path.Combine(context.Folder(), "source");
        await File.WriteAllBytesAsync(source, [0, 255, 10], context.CancellationToken);
        var function = SampleBuild.Of(context, "FROM scratch\n", log).Function;
        function = function with { Builder = function.Builder with { Steps = new StepsModel { Secrets = [new("../b", "file:" + source), new("e", "env:TOKEN")] } } };
        await using var inputs = await StepInputs.OpenAsync(function, name => name == "TOKEN" ? "t0ken" : null, context.CancellationToken);

        var files = await SecretFiles.WriteAsync(function.Builder.Steps, inputs, context.Folder(), context.CancellationToken);

        CollectionAssert.AreEqual(new byte[] { 0, 255, 10 }, await File.ReadAllBytesAsync(files["../b"], context.CancellationToken));
        Assert.AreEqual("t0ken", await File.ReadAllTextAsync(files["e"], context.CancellationToken));
        foreach (var path in files.Values)
        {
            Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(path));
            Assert.AreEqual(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
            Assert.StartsWith(context.Folder(), path);
        }
    }

    [TestMethod]
    public async Task Credentials_Written_AreThoseOfTheReferencesAlone()
    {
        const string Config = """
            {"auths":{"https://index.docker.io/v1/":{"auth":"aHViOnM="},"a.example":{"auth":"dTpwOnc="},"b.example":{"auth":"PHRva2VuPjo=","identitytoken":"idt"},"other.example":{"auth":"eDp5"}}}
            """;
        using var test = new RegistryTestContext(null, ("DOCKER_AUTH_CONFIG", Config));

        var path = await AuthFile.WriteAsync(
            [Reference("busybox"), Reference("a.example/x"), Reference("a.example/y"), Reference("b.example/z"), Reference("none.example/n")],
            test.Connections,
            context.Folder(),
            log,
            context.CancellationToken);

        Assert.AreEqual("config.json", Path.GetFileName(path));
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(path));
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, context.CancellationToken));
        var auths = document.RootElement.GetProperty("auths");
        CollectionAssert.AreEquivalent(new[] { "https://index.docker.io/v1/", "docker.io", "a.example", "b.example" }, auths.EnumerateObject().Select(entry => entry.Name).ToList());
        Assert.AreEqual("u:p:w", Decode(auths.GetProperty("a.example")));
        Assert.AreEqual("hub:s", Decode(auths.GetProperty("docker.io")));
        Assert.AreEqual("<token>:", Decode(auths.GetProperty("b.example")));
        Assert.AreEqual("idt", auths.GetProperty("b.example").GetProperty("identitytoken").GetString());
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Credentials_None_GiveAFileAllTheSame()
    {
        using var test = new RegistryTestContext();

        var path = await AuthFile.WriteAsync([Reference("busybox")], test.Connections, context.Folder(), log, context.CancellationToken);

        Assert.AreEqual("""{"auths":{}}""", await File.ReadAllTextAsync(path, context.CancellationToken));
    }

    private static string Decode(JsonElement entry) => Encoding.UTF8.GetString(Convert.FromBase64String(entry.GetProperty("auth").GetString()!));

    private static ImageReference Reference(string text) => ImageReference.TryParse(text, out var reference) ? reference : throw new ArgumentException(text);
}
