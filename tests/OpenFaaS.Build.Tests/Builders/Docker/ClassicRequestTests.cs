using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Docker.Classic;
using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Docker;

/// <summary>What the classic builder is sent: parameters, context, credentials.</summary>
[TestClass]
public sealed class ClassicRequestTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public void Query_ListsAndMaps_AreJsonThatIsEscaped()
    {
        var request = RequestBuilder.Create("any", ("FunctionTemplate", "dockerfile"))
            .With("ContainerBuildArg", ("A", "Value", "1&t=evil \"é\""))
            .With("ContainerLabel", ("a.label", "Value", "x=y"))
            .With("ContainerAddHost", ("there.example=192.0.2.7", "x", ""))
            .With("ContainerUlimit", ("nofile=100:200", "x", ""), ("core=-1", "x", ""));
        const string Dockerfile = "ARG TARGETARCH\nFROM scratch\nARG TARGETOS\n";
        var function = FunctionModelReader.Read(request, _ => null);
        var build = new ImageBuild(function, FileSet.Empty, Dockerfile, "Dockerfile", function.Builder.Arguments, context.Folder(), log);
        Assert.IsTrue(ImageReference.TryParse("registry.example/cache:1", out var cache));

        var query = ClassicQuery.Of(build, DockerfileParser.Parse(Dockerfile, "Dockerfile"), "Dockerfile", function.Destination.Names, [cache]);

        var parameters = query.Split('&').Select(part => part.Split('=')).ToLookup(part => part[0], part => Uri.UnescapeDataString(part[1]), StringComparer.Ordinal);
        var arguments = JsonDocument.Parse(parameters["buildargs"].Single()).RootElement;
        Assert.AreEqual("1&t=evil \"é\"", arguments.GetProperty("A").GetString());
        Assert.AreEqual(function.Image.Platforms[0].Architecture, arguments.GetProperty("TARGETARCH").GetString());
        Assert.AreEqual("linux", arguments.GetProperty("TARGETOS").GetString());
        Assert.IsFalse(arguments.TryGetProperty("TARGETPLATFORM", out _), "Nobody asks for it.");
        Assert.AreEqual("x=y", JsonDocument.Parse(parameters["labels"].Single()).RootElement.GetProperty("a.label").GetString());
        CollectionAssert.AreEqual(function.Destination.Names.Select(name => name.ToString()).ToArray(), parameters["t"].ToArray());
        Assert.AreEqual("there.example:192.0.2.7", parameters["extrahosts"].Single());
        Assert.AreEqual("""[{"Name":"nofile","Soft":100,"Hard":200},{"Name":"core","Soft":-1,"Hard":-1}]""", parameters["ulimits"].Single());
        Assert.AreEqual("""["registry.example/cache:1"]""", parameters["cachefrom"].Single());
        Assert.IsEmpty(parameters["target"]);
    }

    [TestMethod]
    public async Task Context_DockerfileOfTheContextItself_IsSentAsItIs()
    {
        var files = await SendAsync("FROM scratch\n", Bytes.File("Dockerfile", "FROM scratch\n"), Bytes.File("a/b", "b"));

        CollectionAssert.AreEqual(new[] { "Dockerfile", "a/b" }, files.Keys.ToArray());
    }

    [TestMethod]
    public async Task Context_OtherDockerfile_IsHiddenAndIsTheOneThatIsBuilt()
    {
        var files = await SendAsync("FROM scratch\nCOPY --link a /\nUSER 1\n", Bytes.File("Dockerfile", "FROM scratch\n"), Bytes.File(".openfaas.Dockerfile", "theirs"));

        CollectionAssert.AreEquivalent(new[] { ".dockerignore", ".openfaas.Dockerfile", ".openfaas.Dockerfile.2", "Dockerfile" }, files.Keys.ToArray());
        Assert.AreEqual("FROM scratch\n", files["Dockerfile"]);
        Assert.AreEqual("FROM scratch\nCOPY  a /\nUSER 1\n", files[".openfaas.Dockerfile.2"]);
        Assert.AreEqual(".dockerignore\n.openfaas.Dockerfile.2\n", files[".dockerignore"]);
    }

    [TestMethod]
    public async Task Context_HasRules_KeepsThemAndAddsOne()
    {
        var files = await SendAsync("FROM scratch\nUSER 1\n", Bytes.File("Dockerfile", "FROM scratch\n"), Bytes.File(".dockerignore", "left"));

        Assert.AreEqual("left\n.openfaas.Dockerfile\n", files[".dockerignore"]);
    }

    [TestMethod]
    public async Task Credentials_OnlyOfRegistriesThatTheBuildNames_AreInTheHeader()
    {
        string Account(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        await File.WriteAllTextAsync(
            Path.Combine(context.Folder(), "config.json"),
            JsonSerializer.Serialize(new { auths = new Dictionary<string, object>
            {
                ["one.example"] = new { auth = Account("user:pass?word~") },
                ["https://index.docker.io/v1/"] = new { identitytoken = "a-token" },
                ["other.example"] = new { auth = Account("other:secret") },
            } }),
            context.CancellationToken);
        using var registries = new RegistryConnections(new RegistryOptions { Log = log, Environment = name => name == "DOCKER_CONFIG" ? context.Folder() : null });
        ImageReference[] images = [Reference("one.example/a:1"), Reference("busybox"), Reference("none.example/b"), Reference("one.example/c")];

        var header = await RegistryConfig.OfAsync(images, registries, log, context.CancellationToken);

        Assert.DoesNotContain('+', header);
        Assert.DoesNotContain('/', header);
        var json = JsonDocument.Parse(Convert.FromBase64String(header.Replace('-', '+').Replace('_', '/'))).RootElement;
        CollectionAssert.AreEquivalent(new[] { "one.example", "https://index.docker.io/v1/" }, json.EnumerateObject().Select(entry => entry.Name).ToArray());
        Assert.AreEqual("pass?word~", json.GetProperty("one.example").GetProperty("password").GetString());
        Assert.AreEqual("a-token", json.GetProperty("https://index.docker.io/v1/").GetProperty("identitytoken").GetString());
        Assert.AreEqual("", await RegistryConfig.OfAsync([Reference("none.example/b")], registries, log, context.CancellationToken));
    }

    private static ImageReference Reference(string text) => ImageReference.TryParse(text, out var reference) ? reference : throw new ArgumentException(text);

    private async Task<SortedDictionary<string, string>> SendAsync(string dockerfile, params ContextEntry[] entries)
    {
        var build = SampleBuild.Of(context, dockerfile, log) with { Context = new FileSet(entries) };
        var sent = ClassicContext.Of(build, DockerfileFlags.WithoutLink(dockerfile, "Dockerfile"));
        using var tar = new MemoryStream();
        await sent.WriteAsync(tar, context.CancellationToken);
        tar.Position = 0;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(copyData: true, context.CancellationToken) is { } entry)
        {
            using var text = new StreamReader(entry.DataStream!);
            files.Add(entry.Name, await text.ReadToEndAsync(context.CancellationToken));
        }

        Assert.AreEqual(DockerfileFlags.WithoutLink(dockerfile, "Dockerfile"), files[sent.DockerfileName]);
        return files;
    }
}
