using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Capabilities;

[TestClass]
public sealed class BuildInputsTests(TestContext context)
{
    [TestMethod]
    [DataRow("FROM scratch\nRUN --mount=type=secret,id=x --network=none true\n", "RUN --mount@2,RUN --network@2")]
    [DataRow("FROM scratch\nRUN \\\n  --mount=type=cache,target=/x \\\n  true\n", "RUN --mount@2")]
    [DataRow("FROM scratch\nRUN <<EOF\ntrue\nEOF\n", "here-documents@2")]
    [DataRow("FROM scratch\nCOPY <<EOF /x\ntext\nEOF\n", "here-documents@2")]
    [DataRow("FROM scratch AS unused\nRUN --mount=type=bind,target=/x true\nFROM scratch\nCOPY --chmod=755 a /\n", "RUN --mount@2,COPY --chmod@4")]
    [DataRow("FROM scratch\nCOPY --exclude=x --parents a /\nADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://x/y /\n", "COPY --exclude@2,COPY --parents@2,ADD --checksum@3")]
    [DataRow("# syntax=docker/dockerfile:1.7\nFROM scratch\nCOPY --link a /\n", "")]
    [DataRow("# syntax=example.com/other:1\nFROM scratch\nCOPY a /\n", "# syntax= (not docker/dockerfile)@1")]
    [DataRow("FROM scratch\nRUN echo '--mount <<EOF'\n", "")]
    public void Of_Dockerfile_NamesFeatureAndLine(string dockerfile, string expected) =>
        Assert.AreEqual(expected, string.Join(',', BuildInputs.Of(Build(dockerfile)).Select(input => $"{input.Name}@{input.Location.Line}")));

    [TestMethod]
    [DataRow("ContainerPlatforms", "linux/amd64;linux/arm64", "ContainerPlatforms (several)")]
    [DataRow("ContainerPlatforms", "linux/arm64", "")]
    [DataRow("ContainerCompression", "zstd", "ContainerCompression")]
    [DataRow("ContainerCompression", "gzip", "")]
    [DataRow("ContainerCompression", "gzip:9", "ContainerCompression")]
    [DataRow("ContainerNoCache", "true", "ContainerNoCache")]
    [DataRow("ContainerNoCache", "one;two", "ContainerNoCache (stages)")]
    [DataRow("ContainerPull", "always", "")]
    [DataRow("ContainerPull", "never", "ContainerPull=never")]
    [DataRow("ContainerNetwork", "none", "ContainerNetwork")]
    public void Of_Property_NamesWhatNotEveryBuilderHonours(string name, string value, string expected) =>
        Assert.AreEqual(expected, string.Join(',', BuildInputs.Of(Build("FROM scratch\nCOPY a /\n", (name, value))).Select(input => input.Name)));

    [TestMethod]
    public void Of_EverythingThatCanBeAsked_IsARowOfTheTable()
    {
        var dockerfile = "# syntax=example.com/other:1\nFROM scratch\nRUN --mount=type=tmpfs,target=/x --network=none --security=sandbox <<EOF\ntrue\nEOF\n"
            + "COPY --chmod=755 --exclude=x --parents a /\nADD --exclude=x --keep-git-dir=true --unpack=true --checksum=sha256:" + new string('0', 64) + " https://x/y.tar /\n";
        var build = Build(
            dockerfile,
            ("ContainerPlatforms", "linux/amd64;linux/arm64"), ("ContainerCompression", "none"), ("ContainerNoCache", "one"), ("ContainerPull", "never"));
        var function = build.Function;
        build = build with
        {
            Function = function with
            {
                Image = function.Image with { Annotations = new Dictionary<string, string> { ["a"] = "b" }, IsEpochGiven = true },
                Builder = function.Builder with
                {
                    InsecureRegistries = ["x"],
                    NoCache = true,
                    SpecialInputs = new HashSet<string>(BuilderModelReader.SpecialItems.Concat(BuilderModelReader.SpecialProperties), StringComparer.Ordinal),
                },
            },
        };

        CollectionAssert.AreEquivalent(CapabilityTable.Rows.Select(row => row.Input).ToList(), BuildInputs.Of(build).Select(input => input.Name).ToList());
    }

    private ImageBuild Build(string dockerfile, params (string, string)[] properties) => SampleBuild.Of(context, dockerfile, new RecordingLog(), properties);
}
