using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Builders.FunctionBuilder.Requests;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

/// <summary>What a builder is sent.</summary>
[TestClass]
public sealed class BuildRequestTests(TestContext context)
{
    private static readonly BuildOrder Order = new(new ImageReference("r.example", "a/b", "1", null), new SortedDictionary<string, string> { ["K"] = "v \"é\"" }, [Platform.LinuxHost]);
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Body_IsATarOfTheLayoutWithItsSignature()
    {
        using var secret = await SecretAsync();
        var build = Build("FROM scratch\n", Bytes.File("Dockerfile", "FROM scratch\n"), Bytes.File("a/b", "text"), Bytes.File("large", new string('x', 300_000)));
        var body = await SignedBody.SignAsync(RequestArchive.Of(build, "FROM scratch\n", Order, "sealed"u8.ToArray()), secret, context.CancellationToken);

        using var sent = new MemoryStream();
        await body.WriteAsync(sent, context.CancellationToken);

        Assert.AreEqual(sent.Length, body.Length);
        Assert.AreEqual("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("the secret"u8, sent.ToArray())), body.Signature);
        var files = Read(sent);
        CollectionAssert.AreEqual(
            new[] { "com.openfaas.docker.config", "com.openfaas.secrets", "context/", "context/Dockerfile", "context/Dockerfile.dockerignore", "context/a/b", "context/large" }, files.Keys.ToArray());
        Assert.AreEqual("sealed", files["com.openfaas.secrets"]);
        var order = JsonDocument.Parse(files["com.openfaas.docker.config"]).RootElement;
        Assert.AreEqual("r.example/a/b:1", order.GetProperty("image").GetString());
        Assert.AreEqual("v \"é\"", order.GetProperty("buildArgs").GetProperty("K").GetString());
        Assert.AreEqual(Platform.LinuxHost.ToString(), order.GetProperty("platforms")[0].GetString());
    }

    [TestMethod]
    public async Task Body_ContentThatChangesInBetween_IsNotSentToItsEnd()
    {
        using var secret = await SecretAsync();
        var changing = new ChangingContent();
        var build = Build("FROM scratch\n", new ContextEntry("a", EntryKind.File, 0x1A4) { Size = 1, Content = changing });
        var body = await SignedBody.SignAsync(RequestArchive.Of(build, "FROM scratch\n", Order, null), secret, context.CancellationToken);
        using var sent = new MemoryStream();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => body.WriteAsync(sent, context.CancellationToken));

        Assert.AreEqual("OFB2772", failure.Diagnostics.Single().Descriptor.Code);
        Assert.IsLessThan(body.Length, sent.Length);
    }

    [TestMethod]
    public async Task Archive_HardLinks_LeadToWhereTheirFilesAreNow()
    {
        var inode = new object();
        var file = Bytes.File("a", "1");
        var files = await FilesAsync("FROM scratch\n", file with { Inode = inode }, file with { Path = "b", Inode = inode });

        Assert.AreEqual("=> context/a", files["context/b"]);
    }

    [TestMethod]
    public void Dockerfile_TargetLabelsAndPins_AreWrittenIntoIt()
    {
        var digest = "sha256:" + new string('a', 64);
        var build = Build("FROM busybox AS one\nFROM one AS wanted\nRUN x \\\n  y\nFROM scratch\nCOPY missing /\n") with { };
        build = build with { Function = Function([("ContainerTarget", "WANTED")], ("ContainerLabel", "a \"b\"", "x $y \\z")) };

        var generated = Generate(build, new ImageReference("docker.io", "library/busybox", null, null), Digest.Parse(digest));

        Assert.AreEqual($"FROM docker.io/library/busybox:latest@{digest} AS one\nFROM one AS wanted\nRUN x \\\n  y\nLABEL \"a \\\"b\\\"\"=\"x \\$y \\\\z\"\n", generated.Text);
        CollectionAssert.AreEqual(new[] { 5 }, generated.Added.ToArray());
    }

    [TestMethod]
    public void Dockerfile_LastLineThatGoesOn_DoesNotSwallowTheLabels()
    {
        var build = Build("FROM scratch\nRUN x \\\n") with { Function = Function([], ("ContainerLabel", "a", "b")) };

        Assert.AreEqual("FROM scratch\nRUN x\nLABEL \"a\"=\"b\"\n", Generate(build, null, default).Text);
    }

    [TestMethod]
    public void Dockerfile_NameThatDiffersByPlatform_IsNotPinnedAndAPinIsAnError()
    {
        var build = Build("ARG TARGETARCH\nFROM r.example/base:$TARGETARCH\n") with { Function = Function([("ContainerPlatforms", "linux/amd64;linux/arm64")]) };
        var image = new ImageReference("r.example", "base", "amd64", null);
        var digest = Digest.Parse("sha256:" + new string('a', 64));

        Assert.AreEqual("ARG TARGETARCH\nFROM r.example/base:$TARGETARCH\n", Generate(build, image, digest).Text);
        Assert.ThrowsExactly<DiagnosticException>(() => GeneratedDockerfile.Of(
            build, DockerfileParser.Parse(build.Dockerfile, "Dockerfile"), new Dictionary<ImageReference, Digest> { [image] = digest }, name => name == image ? digest : null));
    }

    [TestMethod]
    public void Dockerfile_LabelOfTwoLines_IsACodedError()
    {
        var build = Build("FROM scratch\n") with { Function = Function([], ("ContainerLabel", "a", "b\nRUN evil")) };

        Assert.AreEqual("OFB1002", Assert.ThrowsExactly<DiagnosticException>(() => Generate(build, null, default)).Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public void Arguments_TargetStage_IsToldWhereTheDockerfileAsks()
    {
        var build = Build("FROM scratch AS one\nARG TARGETSTAGE\nFROM scratch\n") with { Function = Function([("ContainerTarget", "one")]) };

        Assert.AreEqual("one", GeneratedDockerfile.Arguments(build, DockerfileParser.Parse(build.Dockerfile, "Dockerfile"))["TARGETSTAGE"]);
    }

    private static EditedDockerfile Generate(ImageBuild build, ImageReference? image, Digest digest) => GeneratedDockerfile.Of(
        build, DockerfileParser.Parse(build.Dockerfile, "Dockerfile"), image is null ? new Dictionary<ImageReference, Digest>() : new Dictionary<ImageReference, Digest> { [image] = digest }, _ => null);

    private static FunctionModel Function((string Name, string Value)[] properties, params (string Type, string Include, string Value)[] items)
    {
        var request = RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), .. properties]);
        return FunctionModelReader.Read(items.Aggregate(request, (current, item) => current.With(item.Type, (item.Include, "Value", item.Value))), _ => null);
    }

    private ImageBuild Build(string dockerfile, params IEnumerable<ContextEntry> entries) =>
        SampleBuild.Of(context, dockerfile, log) with { Context = new FileSet(entries) };

    private async Task<PayloadSecret> SecretAsync() =>
        await PayloadSecret.ReadAsync(Function([("OpenFaaSPayloadSecret", "env:WORD")]), _ => "the secret", context.CancellationToken);

    private async Task<SortedDictionary<string, string>> FilesAsync(string dockerfile, params IEnumerable<ContextEntry> entries)
    {
        using var secret = await SecretAsync();
        var body = await SignedBody.SignAsync(RequestArchive.Of(Build(dockerfile, entries), dockerfile, Order, null), secret, context.CancellationToken);
        using var sent = new MemoryStream();
        await body.WriteAsync(sent, context.CancellationToken);
        return Read(sent);
    }

    private static SortedDictionary<string, string> Read(MemoryStream sent)
    {
        sent.Position = 0;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var tar = new TarReader(sent, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            files[entry.Name] = entry.EntryType == TarEntryType.HardLink ? "=> " + entry.LinkName : entry.DataStream is { } data ? new StreamReader(data, Encoding.UTF8).ReadToEnd() : "";
        }

        return files;
    }

    private sealed class ChangingContent : IContentSource
    {
        private byte next = (byte)'a';

        public Stream Open() => new MemoryStream([next++]);
    }
}
