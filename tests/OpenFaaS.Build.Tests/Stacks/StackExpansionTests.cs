using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Stacks;
using OpenFaaS.Build.Tests.Model;

namespace OpenFaaS.Build.Tests.Stacks;

[TestClass]
public sealed class StackExpansionTests
{
    private const string Folder = "/work/src/My.Function";
    private static readonly SourceLocation At = new(Folder + "/stack.yaml", 7, 3);

    [TestMethod]
    public void Expand_Function_TakesPathsFromTheStackFilesFolder()
    {
        var model = Read(Function() with { Handler = Text("./fn") }, stackFolder: "/work/src/stacks");

        Assert.AreEqual("/work/src/stacks/fn", model.HandlerFolder);
        Assert.AreEqual("/work/src/stacks", model.BaseFolder);
        Assert.AreEqual("fn", model.Name.Value);
        Assert.AreEqual(new TemplateName("node20", "1.0"), model.Template);
        Assert.AreEqual(At, model.Origin);
    }

    [TestMethod]
    [DataRow(null, "docker.io/library/fn:latest")]
    [DataRow("", "docker.io/library/fn:latest")]
    [DataRow("fn", "docker.io/library/fn:latest")]
    [DataRow("fn:0.1", "docker.io/library/fn:0.1")]
    [DataRow("ex/f", "docker.io/ex/f:latest")]
    [DataRow("ex/f:1", "docker.io/ex/f:1")]
    [DataRow("reg:5000/ex/f", "reg:5000/ex/f:latest")]
    [DataRow("ghcr.io/a/b/c:2", "ghcr.io/a/b/c:2")]
    public void Expand_Image_GivesTheNameAndNoPush(string? image, string expected)
    {
        var model = Read(Function() with { Image = image is null ? null : Text(image) });

        Assert.AreEqual(expected, model.Destination.Names.Single().ToString());
        Assert.IsInstanceOfType<EngineDestination>(model.Destination);
    }

    [TestMethod]
    [DataRow("ex/f:1", "127.0.0.1:5000", "127.0.0.1:5000/ex/f:1")]
    [DataRow("f", "127.0.0.1:5000", "127.0.0.1:5000/f:latest")]
    [DataRow("ghcr.io/a/b:2", "127.0.0.1:5000", "127.0.0.1:5000/a/b:2")]
    [DataRow("ghcr.io/a/b:2", "docker.io/alexellis2", "docker.io/alexellis2/b:2")]
    [DataRow("f:3", "docker.io", "docker.io/library/f:3")]
    public void Expand_ContainerRegistry_TakesThePlaceOfTheImagesRegistry(string image, string registry, string expected)
    {
        var model = Read(Function() with { Image = Text(image) }, ("ContainerRegistry", registry));

        Assert.AreEqual(expected, model.Destination.Names.Single().ToString());
        Assert.IsInstanceOfType<RegistryDestination>(model.Destination);
    }

    [TestMethod]
    public void Expand_ContainerPush_PushesToTheImagesRegistry()
    {
        var model = Read(Function() with { Image = Text("ghcr.io/a/b:2") }, ("ContainerPush", "true"));

        Assert.IsInstanceOfType<RegistryDestination>(model.Destination);
        Assert.AreEqual("ghcr.io/a/b:2", model.Destination.Names.Single().ToString());
    }

    [TestMethod]
    public void Expand_TagsOfTheProject_WinOverTheImages()
    {
        var model = Read(Function() with { Image = Text("ex/f:1") }, ("ContainerImageTags", "2;latest"));

        CollectionAssert.AreEqual(new[] { "docker.io/ex/f:2", "docker.io/ex/f:latest" }, model.Destination.Names.Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    [DataRow("ex/F")]
    [DataRow("ex/f:")]
    [DataRow("ex/f@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Expand_ImageThatIsNoName_IsAnErrorAtItsLine(string image)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Read(Function() with { Image = new StackText(image, At with { Line = 9 }) })).Diagnostics.Single();

        Assert.AreEqual("OFB1018", error.Descriptor.Code);
        Assert.AreEqual(9, error.Location!.Line);
    }

    [TestMethod]
    [DataRow("../victim")]
    [DataRow("")]
    [DataRow("a/b")]
    [DataRow("Upper")]
    [DataRow("a_b")]
    [DataRow("/abs")]
    public void Expand_Case21FunctionNameThatIsNoLabel_IsRefused(string name)
    {
        var errors = Assert.ThrowsExactly<DiagnosticException>(() => Read(Function() with { Name = name })).Diagnostics;

        Assert.AreEqual("OFB1001", errors.Single().Descriptor.Code);
        Assert.AreEqual(At, errors.Single().Location);
    }

    [TestMethod]
    public void Expand_LangAndHandlerMissing_AreOneErrorEach()
    {
        var errors = Assert.ThrowsExactly<DiagnosticException>(() => Read(Function() with { Lang = null, Handler = Text("") })).Diagnostics;

        CollectionAssert.AreEqual(new[] { "OFB1019", "OFB1019" }, errors.Select(error => error.Descriptor.Code).ToArray());
    }

    [TestMethod]
    public void Expand_BuildArguments_OfTheProjectWinAndThoseOfTheFileAreLiteral()
    {
        var function = Function() with { BuildArgs = [new("A", Text("yaml")), new("B", Text("env:HOME")), new("C", Text("file:/etc/passwd"))] };
        var request = Request().With("ContainerBuildArg", ("A", "Value", "flag"));

        var arguments = FunctionModelReader.Read(StackExpansion.Expand(request, Stack(), function), name => name == "HOME" ? "secret" : null).Builder.Arguments;

        Assert.AreEqual("flag", arguments["A"]);
        Assert.AreEqual("env:HOME", arguments["B"]);
        Assert.AreEqual("file:/etc/passwd", arguments["C"]);
    }

    [TestMethod]
    public void Expand_BuildOptionsAndCopies_OfTheProjectComeFirst()
    {
        var request = Request().With("FunctionBuildOption", ("dev", "", "")).With("FunctionCopyExtra", ("common", "", ""));
        var function = Function() with { BuildOptions = [Text("prod"), Text("dev")] };

        var model = FunctionModelReader.Read(StackExpansion.Expand(request, Stack() with { Copy = [Text("./common"), Text("models")] }, function), _ => null);

        CollectionAssert.AreEqual(new[] { "dev", "prod" }, model.BuildOptions.ToArray());
        CollectionAssert.AreEqual(new[] { "common", "models" }, model.Copies.Select(copy => copy.Path).ToArray());
    }

    [TestMethod]
    public void Expand_BuildSecrets_BecomeReferencesToFilesBesideTheStack()
    {
        var inputs = StackExpansion.Expand(Request(), Stack(), Function() with { BuildSecrets = [new("npm", Text("./.npmrc"))] });

        Assert.AreEqual($"file:{Folder}/.npmrc", inputs.Request.ItemsOf("ContainerBuildSecret").Single().Get("Source"));
        Assert.Contains("ContainerBuildSecret", FunctionModelReader.Read(inputs, _ => null).Builder.SpecialInputs);
    }

    [TestMethod]
    [DataRow("linux/arm64,linux/amd64", null, "linux/arm64;linux/amd64")]
    [DataRow("linux/arm64", "linux/amd64", "linux/amd64")]
    public void Expand_Platforms_AreHonouredAndTheProjectsWin(string platforms, string? property, string expected)
    {
        var properties = property is null ? Array.Empty<(string, string)>() : [("ContainerPlatforms", property)];

        var model = Read(Function() with { Platforms = Text(platforms) }, properties);

        Assert.AreEqual(expected, string.Join(';', model.Image.Platforms));
    }

    [TestMethod]
    public void Expand_TemplateSources_OfTheProjectComeFirst()
    {
        var stack = Stack() with { Templates = [new StackTemplate(Text("node20"), Text("https://example.com/t#1")), new StackTemplate(Text("go"), null)] };
        var request = Request().With("FunctionTemplateSource", ("node20", "Source", "../mine"));

        var sources = FunctionModelReader.Read(StackExpansion.Expand(request, stack, Function()), _ => null).TemplateSources;

        CollectionAssert.AreEqual(new[] { "../mine", "https://example.com/t#1", null }, sources.Select(source => source.Source).ToArray());
    }

    private static FunctionModel Read(StackFunction function, params (string Name, string Value)[] properties) => Read(function, Folder, properties);

    private static FunctionModel Read(StackFunction function, string stackFolder, params (string Name, string Value)[] properties) =>
        FunctionModelReader.Read(StackExpansion.Expand(Request(properties), Stack(stackFolder), function), _ => null);

    private static BuildRequest Request(params (string Name, string Value)[] properties) => RequestBuilder.Create("stack", properties);

    private static StackFile Stack(string folder = Folder) => new(folder + "/stack.yaml", null, [], [], []);

    private static StackFunction Function() => new() { Name = "fn", At = At, Lang = Text("node20@1.0"), Handler = Text("./fn") };

    private static StackText Text(string value) => new(value, At);
}
