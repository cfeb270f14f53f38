using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Tests.Protocol;

/// <summary>A request is read as MSBuild wrote it, and nothing else is taken for one.</summary>
[TestClass]
public sealed class BuildRequestReaderTests
{
    private const string Least = """{"version":1,"project":"/a/a.csproj","projectName":"a","projectDirectory":"/a/","shape":"any","outputDirectory":"/a/obj/"}""";

    [TestMethod]
    public void Read_Written_IsTheSame()
    {
        var request = new BuildRequest
        {
            Version = 1,
            SdkVersion = "1.2.3",
            Project = "/a/ü.csproj",
            ProjectName = "ü",
            ProjectDirectory = "/a/",
            Shape = "dotnet",
            OutputDirectory = "/a/obj/",
            Properties = new Dictionary<string, string> { ["ContainerBuilder"] = "buildkit", ["Text"] = "two\nlines, \"quoted\" \ud83d\ude00" },
            Items = new Dictionary<string, IReadOnlyList<RequestItem>>
            {
                ["ContainerLabel"] = [new RequestItem("a", new Dictionary<string, string> { ["Value"] = "" }), new RequestItem("a")],
                ["ContainerPort"] = [],
            },
        };

        var read = ProtocolJson.ReadRequest(ProtocolJson.Write(request));

        Assert.AreEqual(Encoding.UTF8.GetString(ProtocolJson.Write(request)), Encoding.UTF8.GetString(ProtocolJson.Write(read)));
        Assert.AreEqual(request.Property("Text"), read.Property("Text"));
        Assert.IsNull(read.ItemsOf("ContainerLabel")[1].Metadata);
    }

    [TestMethod]
    public void Read_WithoutPropertiesAndItems_HasNone()
    {
        var request = ProtocolJson.ReadRequest(Encoding.UTF8.GetBytes(Least));

        Assert.IsEmpty(request.ItemsOf("ContainerLabel"));
        Assert.IsNull(request.Property("ContainerBuilder"));
        Assert.AreEqual("", request.SdkVersion);
    }

    [TestMethod]
    [DataRow("\"sdkVersion\":null")]
    [DataRow("\"properties\":null,\"items\":null")]
    [DataRow("\"later\":{\"a\":[1,2]}")]
    public void Read_NullOrUnknownMember_IsPassedOver(string member)
    {
        var request = ProtocolJson.ReadRequest(With(member));

        Assert.AreEqual("", request.SdkVersion);
        Assert.IsEmpty(request.Properties);
        Assert.IsEmpty(request.Items);
    }

    [TestMethod]
    [DataRow("\"properties\":[]", "$.properties is not an object.")]
    [DataRow("\"properties\":{\"A\":1}", "$.properties.A is not a string.")]
    [DataRow("\"properties\":{\"A\":null}", "$.properties.A is not a string.")]
    [DataRow("\"items\":{\"A\":{}}", "$.items.A is not an array.")]
    [DataRow("\"items\":{\"A\":[{\"include\":\"a\"},\"b\"]}", "$.items.A[1] is not an object.")]
    [DataRow("\"items\":{\"A\":[{}]}", "$.items.A[0].include is not a string.")]
    [DataRow("\"items\":{\"A\":[{\"include\":\"a\",\"metadata\":{\"b\":{}}}]}", "$.items.A[0].metadata.b is not a string.")]
    [DataRow("\"sdkVersion\":1", "$.sdkVersion is not a string.")]
    [DataRow("\"sdkVersion\":\"\\ud800\"", "A text holds half a surrogate pair or malformed UTF-8.")]
    [DataRow("\"items\":{\"\\udc00\":[]}", "A text holds half a surrogate pair or malformed UTF-8.")]
    public void Read_OtherThanExpected_SaysWhatWasExpectedWhere(string member, string message)
    {
        Assert.AreEqual(message, Assert.ThrowsExactly<JsonException>(() => ProtocolJson.ReadRequest(With(member))).Message);
    }

    [TestMethod]
    [DataRow("version", "$.version is not a whole number.")]
    [DataRow("project", "$.project is not a string.")]
    [DataRow("projectName", "$.projectName is not a string.")]
    [DataRow("projectDirectory", "$.projectDirectory is not a string.")]
    [DataRow("shape", "$.shape is not a string.")]
    [DataRow("outputDirectory", "$.outputDirectory is not a string.")]
    public void Read_MemberMissing_SaysWhich(string name, string message)
    {
        var json = Encoding.UTF8.GetBytes(Least.Replace($"\"{name}\"", "\"other\"", StringComparison.Ordinal));

        Assert.AreEqual(message, Assert.ThrowsExactly<JsonException>(() => ProtocolJson.ReadRequest(json)).Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{\"version\":1.5}")]
    [DataRow("{\"version\":99999999999}")]
    public void Read_NoRequest_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => ProtocolJson.ReadRequest(Encoding.UTF8.GetBytes(json)));

    [TestMethod]
    [DataRow("\"shape\":\"dotnet\"")]
    [DataRow("\"properties\":{\"A\":\"1\",\"A\":\"2\"}")]
    [DataRow("\"items\":{\"A\":[],\"A\":[]}")]
    [DataRow("\"later\":[[[[[[[[1]]]]]]]]")]
    public void Read_TwiceOrTooDeep_IsRefused(string member) => Assert.Throws<JsonException>(() => ProtocolJson.ReadRequest(With(member)));

    private static byte[] With(string member) => Encoding.UTF8.GetBytes($"{Least[..^1]},{member}}}");
}
