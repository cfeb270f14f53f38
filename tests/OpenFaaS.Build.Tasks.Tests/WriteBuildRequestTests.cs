using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tasks.Tests;

[TestClass]
public sealed class WriteBuildRequestTests(TestContext context)
{
    private readonly RecordingEngine engine = new();

    private string RequestFile => Path.Combine(context.Folder(), "obj", "openfaas", "fn.request.json");

    [TestMethod]
    public void Execute_Project_IsDescribed()
    {
        var request = Execute();

        Assert.AreEqual(BuildRequest.CurrentVersion, request.Version);
        Assert.AreEqual("/src/My Function/Fn.csproj", request.Project);
        Assert.AreEqual("Fn", request.ProjectName);
        Assert.AreEqual("/src/My Function/", request.ProjectDirectory);
        Assert.AreEqual("any", request.Shape);
        Assert.MatchesRegex(@"^\d+\.\d+\.\d+", request.SdkVersion);
    }

    [TestMethod]
    [DataRow("plain")]
    [DataRow("a;b;c")]
    [DataRow("50%25 of \"it\" \\ back")]
    [DataRow("line\r\nline\ttab")]
    [DataRow("\u0001\u007f\u2028")]
    [DataRow("naïve 函数 😀")]
    public void Execute_AnyText_ArrivesUnchanged(string text)
    {
        var request = Execute(
            properties: [Item("FunctionName", ("Value", text))],
            items: [Item(text, ("ItemType", "ContainerLabel"), ("MetadataNames", "Value"), ("Value", text))]);

        Assert.AreEqual(text, request.Property("FunctionName"));
        var label = request.ItemsOf("ContainerLabel").Single();
        // MSBuild itself takes an identity for a path.
        Assert.AreEqual(text.Replace('\\', '/'), label.Include);
        Assert.AreEqual(text, label.Get("Value"));
    }

    [TestMethod]
    public void Execute_EmptyProperty_IsLeftOut()
    {
        var request = Execute(properties: [Item("ContainerRegistry", ("Value", "")), Item("FunctionName", ("Value", "fn"))]);

        Assert.AreSequenceEqual(["FunctionName"], request.Properties.Keys);
    }

    [TestMethod]
    public void Execute_MetadataInAnotherCase_HasTheNameThatTheWorkerKnows()
    {
        var request = Execute(items: [Item("a", ("ItemType", "ContainerLabel"), ("MetadataNames", "Value"), ("value", "1"), ("Other", "2"))]);

        var label = request.ItemsOf("ContainerLabel").Single();
        Assert.AreSequenceEqual(["Value"], label.Metadata!.Keys);
        Assert.AreEqual("1", label.Get("Value"));
    }

    [TestMethod]
    public void Execute_RepeatedItems_KeepTheirOrder()
    {
        var request = Execute(items: [.. "bab".Select(name => Item(name.ToString(), ("ItemType", "ContainerCacheFrom"), ("MetadataNames", "")))]);

        Assert.AreEqual("bab", string.Concat(request.ItemsOf("ContainerCacheFrom").Select(item => item.Include)));
    }

    [TestMethod]
    public void Execute_NothingChanged_LeavesTheFileAlone()
    {
        Execute(properties: [Item("FunctionName", ("Value", "fn"))]);
        var old = DateTime.UnixEpoch.AddYears(30);
        File.SetLastWriteTimeUtc(RequestFile, old);

        Execute(properties: [Item("FunctionName", ("Value", "fn"))]);
        Assert.AreEqual(old, File.GetLastWriteTimeUtc(RequestFile));

        Execute(properties: [Item("FunctionName", ("Value", "gn"))]);
        Assert.AreNotEqual(old, File.GetLastWriteTimeUtc(RequestFile));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(RequestFile)!));
    }

    [TestMethod]
    public void Execute_FolderIsAFile_IsACodedError()
    {
        File.WriteAllText(Path.Combine(context.Folder(), "obj"), "");

        Assert.IsFalse(Create([], []).Execute());

        Assert.AreEqual("OFB4003", engine.Errors.Single().Code);
    }

    private static TaskItem Item(string include, params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem { ItemSpec = include.Replace("%", "%25", StringComparison.Ordinal) };
        foreach (var (name, value) in metadata)
        {
            ((ITaskItem2)item).SetMetadataValueLiteral(name, value);
        }

        return item;
    }

    private BuildRequest Execute(ITaskItem[]? properties = null, ITaskItem[]? items = null)
    {
        Assert.IsTrue(Create(properties ?? [], items ?? []).Execute(), string.Join('\n', engine.Errors.Select(error => error.Message)));
        return ProtocolJson.ReadRequest(File.ReadAllBytes(RequestFile));
    }

    private WriteBuildRequest Create(ITaskItem[] properties, ITaskItem[] items) => new()
    {
        BuildEngine = engine,
        File = RequestFile,
        Project = "/src/My Function/Fn.csproj",
        ProjectName = "Fn",
        ProjectDirectory = "/src/My Function/",
        Shape = "any",
        OutputDirectory = Path.GetDirectoryName(RequestFile)!,
        Properties = properties,
        Items = items,
    };
}
