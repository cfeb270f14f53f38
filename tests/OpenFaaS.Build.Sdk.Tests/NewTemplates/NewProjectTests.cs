using System.Xml.Linq;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Sdk.Tests.NewTemplates;

/// <summary>What <c>dotnet new</c> writes.</summary>
[TestClass]
public sealed class NewProjectTests(TestContext context)
{
    private static readonly string[] EveryTemplate = [".gitignore", ".vscode/tasks.json", "Properties/PublishProfiles/Archive.pubxml", "Properties/PublishProfiles/Container.pubxml", "nuget.config"];
    private static readonly string[] DockerfileHandler = [".dockerignore", "Dockerfile", "handler.sh", "serve.sh", "www/_/health", "www/_/ready"];

    [TestMethod]
    [DataRow("My.CoolFunction", "my-cool-function")]
    [DataRow("HTTPServer2Go", "http-server2-go")]
    [DataRow("42", "42")]
    [DataRow("__x__", "x")]
    [DataRow("Büro & Söhne's", "b-ro-s-hne-s")]
    [DataRow("日本", "function")]
    public async Task New_Names_BecomeDnsLabels(string name, string function)
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-stack", name);

        Assert.IsNotNull(FunctionName.TryParse(function));
        Assert.Contains($"\n  {function}:\n", Read(project, "stack.yaml"));
        Assert.Contains($"\n    handler: ./{function}\n    image: {function}:latest\n", Read(project, "stack.yaml"));
        Assert.Contains($"Hello from {function};", Read(project, function + "/handler.sh"));
        if (FunctionName.FromProjectName(name) is { Length: > 0 } derived)
        {
            Assert.AreEqual(derived, function, "as the SDK would derive it");
        }
    }

    [TestMethod]
    public void FunctionNames_OfAllTemplates_AreMadeAlike()
    {
        var all = TemplateDefinition.All.Select(template => template.FunctionNameForms).Distinct().ToList();

        Assert.HasCount(1, all);
        Assert.Contains("{63}", all[0]);
    }

    [TestMethod]
    public async Task New_LongName_IsCutTo63Characters()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", new string('a', 62) + ".bcd");

        Assert.AreEqual(new string('a', 62), Property(project, new string('a', 62) + ".bcd", "FunctionName"));
    }

    [TestMethod]
    public async Task New_Function_HasTheseFiles()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function", "Hello");

        Assert.AreSequenceEqual(Sorted([.. EveryTemplate, ".dockerignore", "Handler.cs", "Hello.csproj"]), project.Files());
        Assert.StartsWith("namespace function;\n", Read(project, "Handler.cs"));
        Assert.AreEqual("hello", Property(project, "Hello", "FunctionName"));
    }

    [TestMethod]
    public async Task New_FunctionAny_HasAHandlerWithADockerfile()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", "Hello");

        Assert.AreSequenceEqual(Sorted([.. EveryTemplate, "Hello.csproj", .. DockerfileHandler.Select(file => "handler/" + file)]), project.Files());
        Assert.AreEqual("dockerfile", Property(project, "Hello", "FunctionTemplate"));
        Assert.DoesNotContain("RUN ", Read(project, "handler/Dockerfile").Replace("No RUN,", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task New_FunctionAnyForATemplate_HasAnEmptyHandler()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", "Hello", "--template", "node22@v1", "--handler", "src/fn");

        Assert.AreSequenceEqual(Sorted([.. EveryTemplate, "Hello.csproj", "src/fn/.dockerignore", "src/fn/README.md"]), project.Files());
        Assert.AreEqual("node22@v1", Property(project, "Hello", "FunctionTemplate"));
        Assert.AreEqual("src/fn", Property(project, "Hello", "FunctionHandler"));
    }

    [TestMethod]
    [DataRow("../outside", "outside")]
    [DataRow("/a/../../../b", "a/b")]
    [DataRow("..", "handler")]
    [DataRow("my & handler", "my---handler")]
    public async Task New_HandlerFolder_StaysBelowTheProject(string handler, string folder)
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-function-any", "Hello", "--handler", handler);

        Assert.AreEqual(folder, Property(project, "Hello", "FunctionHandler"));
        Assert.IsTrue(File.Exists(project.At(folder + "/Dockerfile")));
    }

    [TestMethod]
    public async Task New_Stack_HasAStackFileAndAHandler()
    {
        var project = await PackedTemplates.NewAsync(context, "openfaas-stack", "My.Stack");
        Assert.AreSequenceEqual(Sorted([.. EveryTemplate, "My.Stack.csproj", "stack.yaml", .. DockerfileHandler.Select(file => "my-stack/" + file)]), project.Files());
        Assert.Contains("\n    lang: dockerfile\n", Read(project, "stack.yaml"));
        Assert.AreEqual("OpenFaaS.Build.Sdk/" + PackedSdk.Version, (string?)Root(project, "My.Stack").Attribute("Sdk"));

        var other = await PackedTemplates.NewAsync(context, "openfaas-stack", "My.Stack", "-t", "go");
        Assert.AreSequenceEqual(Sorted([.. EveryTemplate, "My.Stack.csproj", "stack.yaml", "my-stack/.dockerignore", "my-stack/README.md"]), other.Files());
        Assert.Contains("\n    lang: go\n", Read(other, "stack.yaml"));
    }

    [TestMethod]
    [DataRow("openfaas-function")]
    [DataRow("openfaas-function-any")]
    [DataRow("openfaas-stack")]
    public async Task New_BuilderAndRegistry_AreProperties(string template)
    {
        var plain = await PackedTemplates.NewAsync(context, template, "Hello");
        Assert.IsNull(Property(plain, "Hello", "ContainerBuilder"));
        Assert.IsNull(Property(plain, "Hello", "ContainerRegistry"));
        Assert.DoesNotContain("#if", Read(plain, "Hello.csproj"));

        var project = await PackedTemplates.NewAsync(context, template, "Hello", "-b", "embedded", "-r", "registry.example.com/a&b<c>", "--sdk-version", "9.8.7");
        Assert.AreEqual("embedded", Property(project, "Hello", "ContainerBuilder"));
        Assert.AreEqual("registry.example.com/a&b<c>", Property(project, "Hello", "ContainerRegistry"));
        Assert.Contains("9.8.7", Read(project, "Hello.csproj"));
    }

    [TestMethod]
    [DataRow("openfaas-function")]
    [DataRow("openfaas-stack")]
    public async Task New_IgnoreFile_HoldsTheLinesThatFaasCliWouldAdd(string template)
    {
        var lines = Read(await PackedTemplates.NewAsync(context, template, "Hello"), ".gitignore").Split('\n');

        Assert.IsEmpty(new[] { "bin/", "obj/", "artifacts/", "template", "build", ".secrets" }.Except(lines));
    }

    private static string[] Sorted(string[] files) => [.. files.Order(StringComparer.Ordinal)];

    private static string Read(FunctionProject project, string path) => File.ReadAllText(project.At(path));

    private static XElement Root(FunctionProject project, string name) => XElement.Load(project.At(name + ".csproj"));

    private static string? Property(FunctionProject project, string name, string property) => Root(project, name).Descendants(property).SingleOrDefault()?.Value;
}
