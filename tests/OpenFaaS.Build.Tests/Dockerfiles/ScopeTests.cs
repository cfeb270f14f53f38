using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class ScopeTests
{
    private static readonly Platform Build = Platform.Parse("linux/amd64");
    private static readonly Platform Target = Platform.Parse("linux/arm/v7");

    [TestMethod]
    [DataRow("BUILDPLATFORM", "linux/amd64")]
    [DataRow("BUILDOS", "linux")]
    [DataRow("BUILDARCH", "amd64")]
    [DataRow("BUILDVARIANT", "")]
    [DataRow("TARGETPLATFORM", "linux/arm/v7")]
    [DataRow("TARGETOS", "linux")]
    [DataRow("TARGETARCH", "arm")]
    [DataRow("TARGETVARIANT", "v7")]
    [DataRow("TARGETSTAGE", "last")]
    [DataRow("HTTP_PROXY", null)]
    [DataRow("OTHER", null)]
    public void Lookup_PlatformArguments_AreGlobalAndInAStageOnceDeclared(string name, string? expected)
    {
        var document = Parse($"FROM a AS last\nARG {name}");
        var global = Global(document);
        var stage = global.BeginStage();

        Assert.AreEqual(expected, global.Lookup(name));
        Assert.IsNull(stage.Lookup(name));
        Declare(document, stage);
        Assert.AreEqual(expected, stage.Lookup(name));
    }

    [TestMethod]
    [DataRow("FROM a", null, "default")]
    [DataRow("FROM a AS b", null, "b")]
    [DataRow("FROM a AS b", "", "b")]
    [DataRow("FROM a AS b", "c", "c")]
    public void Lookup_TargetStage_IsTheOneToBuild(string text, string? target, string expected) =>
        Assert.AreEqual(expected, new GlobalScope(Parse(text), NoArguments(), Build, Target, target).Lookup("TARGETSTAGE"));

    [TestMethod]
    [DataRow("ARG A=1\nFROM $A", "", "1")]
    [DataRow("ARG A=1\nFROM $A", "A=2", "2")]
    [DataRow("ARG A=1\nARG B=$A-2\nFROM $B", "", "1-2")]
    [DataRow("ARG A=1\nARG B=$A-2\nFROM $B", "A=x", "x-2")]
    [DataRow("ARG A=1 B=$A-2\nFROM $B", "", "1-2")]
    [DataRow("ARG B=$A-2\nARG A=1\nFROM $B", "", "-2")]
    [DataRow("ARG A=1\nARG A=2\nFROM $A", "", "2")]
    [DataRow("ARG A=1\nARG A\nFROM $A", "", "1")]
    [DataRow("ARG A\nFROM ${A:-none}", "", "none")]
    [DataRow("ARG A\nFROM ${A:-none}", "A=1", "1")]
    [DataRow("ARG A=\"1\"'2'\nFROM $A", "", "12")]
    [DataRow("ARG A\nFROM $A", "A=$B'x'", "$B'x'")]
    [DataRow("FROM ${A:-none}", "A=1", "none")]
    [DataRow("FROM base-$TARGETARCH$TARGETVARIANT", "", "base-armv7")]
    [DataRow("FROM base-$TARGETARCH", "TARGETARCH=s390x", "base-s390x")]
    [DataRow("ARG TARGETARCH=x\nFROM base-$TARGETARCH", "", "base-x")]
    public void ExpandBase_GlobalArguments_AreReadInOrder(string text, string given, string expected)
    {
        var document = Parse(text);

        Assert.AreEqual(expected, Global(document, given).ExpandBase(document.Stages[0].From));
    }

    [TestMethod]
    [DataRow("FROM a", null)]
    [DataRow("FROM --platform=linux/x86_64 a", "linux/amd64")]
    [DataRow("FROM --platform=$BUILDPLATFORM a", "linux/amd64")]
    [DataRow("FROM --platform=${TARGETPLATFORM:-linux/amd64} a", "linux/arm/v7")]
    public void ExpandPlatform_OfAFrom_IsNormalised(string text, string? expected)
    {
        var document = Parse(text);

        Assert.AreEqual(expected, Global(document).ExpandPlatform(document.Stages[0].From)?.ToString());
    }

    [TestMethod]
    [DataRow("FROM $A", "OFB2211")]
    [DataRow("FROM ${A", "OFB2210")]
    [DataRow("FROM ${A:?missing}", "OFB2210")]
    [DataRow("ARG A=\"\nFROM a", "OFB2210")]
    [DataRow("FROM --platform=$A a", "OFB2107")]
    [DataRow("FROM --platform=linux a", "OFB2107")]
    public void Expand_FromThatCannotBe_IsACodedErrorWithItsLine(string text, string code)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() =>
        {
            var document = Parse(text);
            var scope = Global(document);
            scope.ExpandPlatform(document.Stages[0].From);
            scope.ExpandBase(document.Stages[0].From);
        });

        Assert.AreEqual((code, "Dockerfile", 1), (failure.Diagnostics[0].Descriptor.Code, failure.Diagnostics[0].Location!.File, failure.Diagnostics[0].Location!.Line));
    }

    /// <summary>Expected values of ARG and ENV were read from images that BuildKit built.</summary>
    [TestMethod]
    [DataRow("FROM a\nARG A", "", null)]
    [DataRow("FROM a\nARG A", "A=1", "1")]
    [DataRow("FROM a\nARG A=1", "", "1")]
    [DataRow("FROM a\nARG A=1", "A=2", "2")]
    [DataRow("FROM a\nARG A=1", "A=", "")]
    [DataRow("ARG A=g\nFROM a", "", null)]
    [DataRow("ARG A=g\nFROM a\nARG A", "", "g")]
    [DataRow("ARG A=g\nFROM a\nARG A=1", "", "1")]
    [DataRow("ARG A=g\nFROM a\nARG A", "A=2", "2")]
    [DataRow("ARG A=g\nFROM a\nARG A=1\nARG A", "", "g")]
    [DataRow("FROM a\nARG B=1 A=$B-2", "", "1-2")]
    [DataRow("FROM a\nARG A=1\nENV A=2", "", "2")]
    [DataRow("FROM a\nARG A=1\nENV A=2", "A=3", "2")]
    [DataRow("FROM a\nENV A=2\nARG A=1", "", "1")]
    [DataRow("FROM a\nENV A=2\nARG A=1", "A=3", "3")]
    [DataRow("FROM a\nENV A=2\nARG A", "", "2")]
    [DataRow("FROM a\nENV A=2\nARG A", "A=3", "3")]
    [DataRow("FROM a\nARG A=${A:-x}", "", "x")]
    public void Lookup_InAStage_TheLastOfArgAndEnvCounts(string text, string given, string? expected)
    {
        var document = Parse(text);
        var stage = Global(document, given).BeginStage();

        Declare(document, stage);

        Assert.AreEqual(expected, stage.Lookup("A"));
    }

    [TestMethod]
    public void Inherit_StageOnAStage_HasItsArgumentsAndEnvironmentButNotTheOtherWay()
    {
        var document = Parse("FROM a\nARG A=1\nENV B=2");
        var parent = Global(document).BeginStage();
        Declare(document, parent);

        var child = parent.Inherit();
        child.SetEnvironment("B", "3");
        child.SetEnvironment("C", "4");

        Assert.AreEqual(("1", "3", "4"), (child.Lookup("A"), child.Lookup("B"), child.Lookup("C")));
        Assert.AreEqual(("1", "2", null), (parent.Lookup("A"), parent.Lookup("B"), parent.Lookup("C")));
    }

    [TestMethod]
    public void Unused_GivenArguments_AreThoseWithoutArgAndMeaning()
    {
        var document = Parse("ARG G\nFROM a\nARG S=1\nFROM b\nARG T");

        var scope = Global(document, "G=1 S=1 T=1 typo=1 Also=1 http_proxy=1 NO_PROXY=1 TARGETARCH=1 BUILDKIT_INLINE_CACHE=1 SOURCE_DATE_EPOCH=1");

        CollectionAssert.AreEqual(new[] { "Also", "typo" }, scope.Unused.ToArray());
    }

    [TestMethod]
    [TestCategory("fault-23")]
    public void Lookup_VariableThatDoublesLineByLine_EndsInAnError()
    {
        var document = Parse("ARG A=0123456789\n" + string.Concat(Enumerable.Repeat("ARG A=$A$A\n", 100)) + "FROM a");

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Global(document));

        Assert.AreEqual("OFB2210", failure.Diagnostics[0].Descriptor.Code);
    }

    private static DockerfileDocument Parse(string text) => DockerfileParser.Parse(text, "Dockerfile");

    private static Dictionary<string, string> NoArguments() => new(StringComparer.Ordinal);

    private static GlobalScope Global(DockerfileDocument document, string given = "") => new(
        document,
        given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
        Build,
        Target,
        targetStage: null);

    private static void Declare(DockerfileDocument document, StageScope stage)
    {
        foreach (var instruction in document.Stages[0].Instructions)
        {
            if (instruction is ArgInstruction arg)
            {
                stage.Declare(arg, word => WordExpander.Expand(word, document.Escape, stage.Lookup));
            }

            foreach (var (name, value) in (instruction as EnvInstruction)?.Pairs ?? [])
            {
                stage.SetEnvironment(name, WordExpander.Expand(value, document.Escape, stage.Lookup));
            }
        }
    }
}
