using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tasks.Tests;

[TestClass]
public sealed class CheckFunctionHostTests(TestContext context)
{
    private readonly RecordingEngine engine = new();

    [TestMethod]
    [DataRow("namespace function { public static class Handler { } }", true)]
    [DataRow("public  static\npartial class\tHandler\n{ }", true)]
    [DataRow("// class Other\nclass Handler;", true)]
    [DataRow("var url = \"http://x\"; class Handler { }", true)]
    [DataRow("class Handlers { }", false)]
    [DataRow("class MyHandler { }", false)]
    [DataRow("// class Handler", false)]
    [DataRow("/* class Handler\n */", false)]
    [DataRow("var s = \"class Handler\";", false)]
    [DataRow("var s = \"\"\"\nclass Handler\n\"\"\";", false)]
    [DataRow("var s = @\"c:\\\"; class Handler { }", true)]
    [DataRow("interface Handler { }", false)]
    [DataRow("", false)]
    public void Execute_Source_HandlerIsFoundInDeclarationsOnly(string source, bool found)
    {
        var path = Path.Combine(context.Folder(), "Source.cs");
        File.WriteAllText(path, source);

        Assert.AreEqual(found, Create("auto", 1, "C#", path).Execute());

        Assert.AreSequenceEqual(found ? [] : ["OFB1020"], engine.Errors.Select(error => error.Code));
    }

    [TestMethod]
    [DataRow("auto", 0, "C#", null)]
    [DataRow("none", 0, "VB", null)]
    [DataRow("NONE", 0, "C#", null)]
    [DataRow("https", 0, "C#", "OFB1002")]
    [DataRow("http", 1, "VB", "OFB1021")]
    [DataRow("http", 1, "C#", "OFB1020")]
    public void Execute_Host_IsPossibleOrSaysWhyNot(string host, int isHttpHost, string language, string? code)
    {
        Create(host, isHttpHost, language, "/no/such/file.cs").Execute();

        Assert.AreEqual(code, engine.Errors.SingleOrDefault()?.Code);
        Assert.IsTrue(engine.Errors.All(error => error.File == "/src/fn.csproj"));
    }

    private CheckFunctionHost Create(string host, int isHttpHost, string language, params string[] sources) => new()
    {
        BuildEngine = engine,
        Project = "/src/fn.csproj",
        FunctionHost = host,
        IsHttpHost = isHttpHost,
        Language = language,
        Sources = sources,
    };
}
