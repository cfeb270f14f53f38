using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Tests.Protocol;

[TestClass]
public sealed class BuildRequestTests
{
    private const string Least = """{"version":1,"project":"/a/a.csproj","projectName":"a","projectDirectory":"/a/","shape":"any","outputDirectory":"/a/obj/"}""";

    [TestMethod]
    public void Read_WithoutPropertiesAndItems_HasNone()
    {
        var request = ProtocolJson.ReadRequest(System.Text.Encoding.UTF8.GetBytes(Least));

        Assert.IsEmpty(request.ItemsOf("ContainerLabel"));
        Assert.IsNull(request.Property("ContainerBuilder"));
        Assert.AreEqual("", request.SdkVersion);
    }
}
