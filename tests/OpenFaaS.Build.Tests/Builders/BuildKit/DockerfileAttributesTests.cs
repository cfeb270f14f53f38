using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.BuildKit;

[TestClass]
public sealed class DockerfileAttributesTests
{
    private const string Pinned = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly DaemonInfo Old = new("", new Dictionary<string, string>());
    private static readonly DaemonInfo New = new("v0.13.2", new Dictionary<string, string>
    {
        ["org.mobyproject.buildkit.worker.snapshotter"] = "overlayfs",
        ["org.mobyproject.buildkit.worker.moby.host-gateway-ip"] = "172.17.0.1",
    });

    [TestMethod]
    public void Of_Everything_IsInBuildKitsTerms()
    {
        var build = Build(RequestBuilder.Create(
            "any",
            ("FunctionTemplate", "x"), ("ContainerTarget", "final"), ("ContainerPlatforms", "linux/amd64;linux/arm64"), ("ContainerNetwork", "host"), ("ContainerPull", "always"),
            ("ContainerNoCache", "build;test"), ("ContainerProvenance", "true"), ("ContainerSbom", "generator=registry/scanner"), ("SOURCE_DATE_EPOCH", "7"))
            .With("ContainerLabel", ("k", "Value", "v"))
            .With("ContainerAddHost", ("one=10.0.0.1", "", ""), ("gate=host-gateway", "", ""))
            .With("ContainerUlimit", ("nofile=1:2", "", ""), ("core=0", "", "")));

        var attributes = DockerfileAttributes.Of(build, "Dockerfile", New);

        Assert.AreEqual(
            """
            add-hosts=one=10.0.0.1,gate=172.17.0.1
            attest:provenance=mode=min
            attest:sbom=generator=registry/scanner
            build-arg:A=1
            build-arg:SOURCE_DATE_EPOCH=7
            filename=Dockerfile
            force-network-mode=host
            image-resolve-mode=pull
            label:k=v
            no-cache=build,test
            platform=linux/amd64,linux/arm64
            target=final
            ulimit=nofile=1:2,core=0
            """.ReplaceLineEndings("\n"),
            string.Join('\n', attributes.Where(pair => !pair.Key.StartsWith("label:org", StringComparison.Ordinal)).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [TestMethod]
    [DataRow("missing", false, "local")]
    [DataRow("missing", true, "default")]
    [DataRow("always", false, "pull")]
    [DataRow("never", true, "local")]
    public void Of_Pull_IsTheResolveModeOfTheDaemon(string pull, bool hasStore, string expected)
    {
        var build = Build(RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerPull", pull), ("ContainerNoCache", "true")));

        var attributes = DockerfileAttributes.Of(build, "Dockerfile", hasStore ? New : Old);

        Assert.AreEqual(expected, attributes["image-resolve-mode"]);
        Assert.AreEqual("", attributes["no-cache"]);
    }

    [TestMethod]
    public void Entitlements_HostNetwork_IsARightOfItsOwn()
    {
        var steps = new StepsModel { Network = "host", Allow = ["security.insecure", "network.host"] };

        CollectionAssert.AreEqual(new[] { "security.insecure", "network.host" }, DockerfileAttributes.Entitlements(steps).ToArray());
    }

    [TestMethod]
    [DataRow("linux/amd64", null, false)]
    [DataRow("linux/amd64;linux/arm64", null, true)]
    [DataRow("linux/amd64", "true", true)]
    public void ExporterAttributes_Annotations_AreOnTheIndexWhereThereIsOne(string platforms, string? sbom, bool hasIndex)
    {
        var model = FunctionModelReader.Read(
            RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerPlatforms", platforms), ("ContainerSbom", sbom ?? "false"), ("ContainerCompression", "zstd:3"))
                .With("ContainerAnnotation", ("a", "Value", "b")),
            _ => null);

        var attributes = ExporterAttributes.Of(model.Image, model.Builder.Steps);

        Assert.AreEqual("b", attributes["annotation.a"]);
        Assert.AreEqual(hasIndex, attributes.ContainsKey("annotation-index.a"));
        Assert.AreEqual(("zstd", "3", "true"), (attributes["compression"], attributes["compression-level"], attributes["oci-mediatypes"]));
        Assert.IsFalse(attributes.ContainsKey("rewrite-timestamp"));
    }

    [TestMethod]
    [DataRow("alpine", "context:alpine", "docker-image://docker.io/library/alpine:latest@")]
    [DataRow("docker.io/user/x:1", "context:user/x:1", "docker-image://docker.io/user/x:1@")]
    [DataRow("127.0.0.1:5000/x:1", "context:127.0.0.1:5000/x:1", "docker-image://127.0.0.1:5000/x:1@")]
    public void Pins_Image_IsANamedContextWithTheDigest(string name, string key, string value)
    {
        Assert.IsTrue(ImageReference.TryParse(name, out var image));

        var pin = References.Pins([image], _ => Digest.Parse(Pinned)).Single();

        Assert.AreEqual((key, value + Pinned), (pin.Key, pin.Value));
    }

    [TestMethod]
    public void Images_StagesCopiesAndContexts_AreTheRegistrysOnly()
    {
        var build = Build(RequestBuilder.Create("any", ("FunctionTemplate", "x")).With("ContainerBuildContext", ("docker.io/library/named", "Source", "folder")));
        var document = DockerfileParser.Parse(
            "# syntax=docker/dockerfile:1\nARG V=3\nFROM alpine:$V AS a\nFROM unused AS b\nFROM named AS n\nFROM scratch\nCOPY --from=a /x /\nCOPY --from=r.example/tool /y /\nCOPY --from=n /z /\n", "Dockerfile");

        CollectionAssert.AreEquivalent(
            new[] { "docker.io/library/alpine:3", "r.example/tool" }, References.Images(build, document).Select(image => image.ToString()).ToArray());
        Assert.AreEqual("docker.io/docker/dockerfile:1", References.Frontend(build, document)!.ToString());
        var given = build with { Arguments = new Dictionary<string, string> { ["BUILDKIT_SYNTAX"] = "r.example/own/frontend" } };
        Assert.AreEqual("r.example/own/frontend", References.Frontend(given, document)!.ToString());
    }

    private static ImageBuild Build(BuildRequest request) => new(
        FunctionModelReader.Read(request, _ => null), FileSet.Empty, "FROM scratch\n", "Dockerfile", new Dictionary<string, string> { ["A"] = "1" }, "/nowhere", new RecordingLog());
}
