using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Tests.Model;

[TestClass]
public sealed class FunctionModelReaderTests
{
    [TestMethod]
    [DataRow("HelloCsharp", "hello-csharp")]
    [DataRow("My.CoolFunction", "my-cool-function")]
    [DataRow("HTTPServer", "http-server")]
    [DataRow("fn2Go", "fn2-go")]
    [DataRow("__x__", "x")]
    [DataRow("already-kebab", "already-kebab")]
    public void FromProjectName_AnyName_GivesDnsLabel(string project, string expected)
    {
        var name = FunctionName.FromProjectName(project);

        Assert.AreEqual(expected, name);
        Assert.IsNotNull(FunctionName.TryParse(name));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-a")]
    [DataRow("a-")]
    [DataRow("A")]
    [DataRow("a.b")]
    [DataRow("../victim")]
    [DataRow("a234567890123456789012345678901234567890123456789012345678901234")]
    public void TryParse_NoDnsLabel_IsRefused(string name) => Assert.IsNull(FunctionName.TryParse(name));

    [TestMethod]
    public void Read_DefaultsOfShapeA_AreThePeersChoices()
    {
        var model = Read(RequestBuilder.Create("dotnet", ("PublishDir", "bin/publish/"), ("UsesAspNetCore", "true"), ("TargetFrameworkVersion", "v10.0"), ("AssemblyName", "My.Function")));

        Assert.AreEqual("my-function", model.Name.Value);
        Assert.AreEqual("dotnet", model.Template.Name);
        Assert.AreEqual("/work/src/My.Function/bin/publish/", model.HandlerFolder);
        Assert.AreEqual("mcr.microsoft.com/dotnet/aspnet:10.0", model.Image.BaseImage!.ToString());
        CollectionAssert.AreEqual(new[] { "dotnet", "/home/app/My.Function.dll" }, model.Image.Entrypoint.ToArray());
        Assert.AreEqual(0L, model.Image.Epoch);
        Assert.AreEqual("auto", model.Builder.Name);
        Assert.IsInstanceOfType<EngineDestination>(model.Destination);
    }

    [TestMethod]
    [DataRow("8.0", "true", "false", "", "mcr.microsoft.com/dotnet/runtime-deps:8.0")]
    [DataRow("10.0", "false", "true", "", "mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra")]
    [DataRow("10.0", "false", "false", "alpine", "mcr.microsoft.com/dotnet/runtime:10.0-alpine")]
    public void Read_BaseImage_FollowsThePeer(string version, string selfContained, string aot, string family, string expected)
    {
        var model = Read(RequestBuilder.Create(
            "dotnet", ("TargetFrameworkVersion", version), ("SelfContained", selfContained), ("PublishAot", aot), ("ContainerFamily", family)));

        Assert.AreEqual(expected, model.Image.BaseImage!.ToString());
    }

    [TestMethod]
    [DataRow("registry.example.com:5000/team", "", "", typeof(RegistryDestination), "registry.example.com:5000/team/my-function:latest")]
    [DataRow("docker.io/alexellis2", "", "", typeof(RegistryDestination), "docker.io/alexellis2/my-function:latest")]
    [DataRow("registry.example.com", "false", "", typeof(EngineDestination), "registry.example.com/my-function:latest")]
    [DataRow("registry.example.com", "false", "out/", typeof(ArchiveDestination), "registry.example.com/my-function:latest")]
    [DataRow("", "true", "out/", typeof(RegistryDestination), "docker.io/library/my-function:latest")]
    [DataRow("", "", "out.tar", typeof(ArchiveDestination), "docker.io/library/my-function:latest")]
    [DataRow("", "", "", typeof(EngineDestination), "docker.io/library/my-function:latest")]
    public void Read_Destination_FollowsTheRule(string registry, string push, string archive, Type expected, string name)
    {
        var model = Read(RequestBuilder.Create(
            "any", ("FunctionTemplate", "dockerfile"), ("ContainerRegistry", registry), ("ContainerPush", push), ("ContainerArchiveOutputPath", archive)));

        Assert.IsInstanceOfType(model.Destination, expected);
        Assert.AreEqual(name, model.Destination.Names[0].ToString());
    }

    [TestMethod]
    public void Read_ArchivePathIsFolder_NamesTheFileAfterTheFunction()
    {
        var model = Read(RequestBuilder.Create("any", ("FunctionTemplate", "dockerfile"), ("ContainerArchiveOutputPath", "out/")));

        Assert.AreEqual("/work/src/My.Function/out/my-function.oci.tar", ((ArchiveDestination)model.Destination).Path);
    }

    [TestMethod]
    public void Read_SeveralErrors_AreReportedTogetherAtTheProject()
    {
        var request = RequestBuilder.Create(
            "any",
            ("FunctionName", "Bad_Name"), ("ContainerImageTag", "a b"), ("ContainerPlatforms", "windows"), ("ContainerCompression", "lzma"), ("FunctionNamespace", "dev"));

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Read(request));

        CollectionAssert.AreEquivalent(
            new[] { "OFB1001", "OFB1002", "OFB1002", "OFB1002", "OFB1004", "OFB1005" },
            failure.Diagnostics.Select(d => d.Descriptor.Code).ToArray());
        Assert.IsTrue(failure.Diagnostics.All(d => d.Location?.File == request.Project));
    }

    [TestMethod]
    [DataRow("FunctionDeploy", "true", 1)]
    [DataRow("FunctionDeploy", "False", 0)]
    [DataRow("FunctionRun", "container", 1)]
    [DataRow("PublishSingleFile", "true", 1)]
    [DataRow("FunctionNamespace", "dev", 1)]
    public void Read_InputThatNothingHonours_IsAnErrorUnlessHarmless(string name, string value, int errors)
    {
        var reader = new InputReader(FunctionInputs.Of(RequestBuilder.Create("any", (name, value))), _ => null);

        UnsupportedInputs.Report(reader);

        Assert.HasCount(errors, reader.Errors);
        Assert.IsTrue(reader.Errors.All(error => error.Descriptor.Code == "OFB1004"));
    }

    [TestMethod]
    [DataRow("KanikoImage")]
    [DataRow("ContainerBuilderCaFile")]
    [DataRow("ContainerTrace")]
    public void Read_InputOfAnotherBuilder_IsNotForgotten(string name)
    {
        var model = Read(RequestBuilder.Create("any", ("FunctionTemplate", "x"), (name, "value")));

        Assert.Contains(name, model.Builder.SpecialInputs);
    }

    [TestMethod]
    public void Read_TagAndTags_AreAConflict() => AssertCode(
        "OFB1003", RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerImageTag", "1"), ("ContainerImageTags", "1;2")));

    [TestMethod]
    public void Read_PlatformsAndDifferingRuntimeIdentifier_AreAConflict() => AssertCode(
        "OFB1003", RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerPlatforms", "linux/arm64"), ("ContainerRuntimeIdentifier", "linux-x64")));

    [TestMethod]
    [DataRow("ContainerCompression", "zstd")]
    [DataRow("ContainerProvenance", "max")]
    [DataRow("ContainerSbom", "true")]
    public void Read_DockersFormatAndWhatItHasNot_AreAConflict(string name, string value) => AssertCode(
        "OFB1003", RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerImageFormat", "Docker"), (name, value)));

    [TestMethod]
    public void Read_DockersFormatAndAnnotation_AreAConflict() => AssertCode(
        "OFB1003", RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerImageFormat", "Docker")).With("ContainerAnnotation", ("a", "Value", "b")));

    [TestMethod]
    public void Read_DockersFormatWithoutAttestations_IsFine() => Assert.AreEqual(
        ImageFormat.Docker, Read(RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerImageFormat", "Docker"), ("ContainerProvenance", "false"))).Image.Format);

    [TestMethod]
    public void Read_BuildArgumentFromEnvironment_IsResolved()
    {
        var request = RequestBuilder.Create("any", ("FunctionTemplate", "x")).With("ContainerBuildArg", ("NAME", "Value", "env:MY_VALUE"));

        var model = FunctionModelReader.Read(request, name => name == "MY_VALUE" ? "resolved" : null);

        Assert.AreEqual("resolved", model.Builder.Arguments["NAME"]);
    }

    [TestMethod]
    public void Read_BuildArgumentFromUnsetVariable_IsAnError() => AssertCode(
        "OFB1010", RequestBuilder.Create("any", ("FunctionTemplate", "x")).With("ContainerBuildArg", ("NAME", "Value", "env:NOT_SET")));

    private static FunctionModel Read(BuildRequest request) => FunctionModelReader.Read(request, _ => null);

    private static void AssertCode(string code, BuildRequest request)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Read(request));
        Assert.AreEqual(code, failure.Diagnostics.Single().Descriptor.Code);
    }
}
