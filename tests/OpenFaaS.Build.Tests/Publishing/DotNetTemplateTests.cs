using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing;

/// <summary>What the image of a .NET function says of itself, with the SDK's own template and with another one.</summary>
[TestClass]
public sealed class DotNetTemplateTests(TestContext context)
{
    private const string BaseName = "org.opencontainers.image.base.name";

    [TestMethod]
    public async Task Publish_OwnTemplate_GivesEntryPointAndBaseName()
    {
        var image = await PublishAsync();

        Assert.AreSequenceEqual(["dotnet", "/home/app/hello.dll"], Texts(image.GetProperty("Entrypoint")));
        Assert.AreEqual("/home/app", image.GetProperty("WorkingDir").GetString());
        Assert.AreEqual("mcr.microsoft.com/dotnet/runtime:10.0", image.GetProperty("Labels").GetProperty(BaseName).GetString());
    }

    [TestMethod]
    public async Task Publish_OtherTemplate_LeavesBothToItsDockerfile()
    {
        var image = await PublishAsync(("FunctionTemplate", "plain"), ("Title", "Hello"));

        Assert.AreSequenceEqual(["/own"], Texts(image.GetProperty("Entrypoint")));
        Assert.IsFalse(image.GetProperty("Labels").TryGetProperty(BaseName, out _));
        Assert.AreEqual("Hello", image.GetProperty("Labels").GetProperty("org.opencontainers.image.title").GetString());
    }

    [TestMethod]
    public async Task Publish_OtherTemplate_KeepsTheUsersLabel()
    {
        var label = new RequestItem(BaseName, new Dictionary<string, string> { ["Value"] = "mine" });

        var image = await PublishAsync([label], ("FunctionTemplate", "plain"));

        Assert.AreEqual("mine", image.GetProperty("Labels").GetProperty(BaseName).GetString());
    }

    [TestMethod]
    [DataRow("/my app", "/my app/hello.dll", "/my app")]
    [DataRow("/srv/$x/", "/srv/$x/hello.dll", "/srv/$x")]
    [DataRow("/", "/hello.dll", "/")]
    public async Task Publish_WorkingDirectory_IsWhereTheFilesAre(string folder, string assembly, string expected)
    {
        var image = await PublishAsync(("ContainerWorkingDirectory", folder), ("ContainerCompression", "none"));

        Assert.AreSequenceEqual(["dotnet", assembly], Texts(image.GetProperty("Entrypoint")));
        Assert.AreEqual(expected, image.GetProperty("WorkingDir").GetString()!.TrimEnd('/') is { Length: > 0 } text ? text : "/");
        var archive = await File.ReadAllBytesAsync(Path.Combine(context.Folder(), "image.tar"), context.CancellationToken);
        Assert.IsGreaterThanOrEqualTo(0, archive.AsSpan().IndexOf(Encoding.UTF8.GetBytes(assembly[1..] + "\0")), "The file is in no layer.");
    }

    [TestMethod]
    public async Task Publish_RelativeWorkingDirectory_IsAnError()
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PublishAsync(("ContainerWorkingDirectory", "app")));

        Assert.AreEqual("OFB1002", error.Diagnostics.Single().Descriptor.Code);
    }

    private Task<JsonElement> PublishAsync(params (string Name, string Value)[] properties) => PublishAsync([], properties);

    private async Task<JsonElement> PublishAsync(IReadOnlyList<RequestItem> labels, params (string Name, string Value)[] properties)
    {
        var folder = context.Folder();
        Write("publish/hello.dll", "assembly");
        Write("template/plain/Dockerfile", "FROM scratch\nCOPY function/ /\nENTRYPOINT [\"/own\"]\n");
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(folder, "hello.csproj"),
            ProjectName = "hello",
            ProjectDirectory = folder + "/",
            Shape = "dotnet",
            OutputDirectory = Path.Combine(folder, "obj") + "/",
            Properties = new Dictionary<string, string>(properties.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
            {
                ["FunctionBundledTemplates"] = Path.Combine(Checkout(AppContext.BaseDirectory), "sdk", "templates"),
                ["PublishDir"] = "publish/",
                ["ContainerArchiveOutputPath"] = "image.tar",
            },
            Items = new Dictionary<string, IReadOnlyList<RequestItem>>
            {
                ["FunctionPublishFile"] = [new RequestItem("publish/hello.dll", new Dictionary<string, string> { ["RelativePath"] = "hello.dll", ["Layer"] = "app" })],
                ["ContainerBuildArg"] = [new RequestItem("BASE_IMAGE", new Dictionary<string, string> { ["Value"] = "scratch" })],
                ["ContainerLabel"] = labels,
            },
        };
        var response = await FunctionPublisher.PublishAsync(request, new RecordingLog(), context.CancellationToken);
        return JsonDocument.Parse(response.Properties["GeneratedContainerConfiguration"]).RootElement.GetProperty("config");

        void Write(string path, string text)
        {
            var full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }
    }

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(word => word.GetString());

    private static string Checkout(string folder) =>
        File.Exists(Path.Combine(folder, "OpenFaaS.Build.Sdk.sln")) ? folder : Checkout(Path.GetDirectoryName(folder)!);
}
