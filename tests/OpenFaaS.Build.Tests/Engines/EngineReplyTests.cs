using System.Text;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class EngineReplyTests
{
    [TestMethod]
    [DataRow("", null)]
    [DataRow("{\"stream\":\"Loaded image: x\\n\"}\r\n", null)]
    [DataRow("{\"stream\":\"a\"}{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"short\"}", "no space left")]
    [DataRow("{\"status\":\"x\"}\n{\"error\":\"unexpected EOF.\"}\n", "unexpected EOF")]
    [DataRow("{\"error\":\"line\\n##vso[task]\"}", "line ##vso[task]")]
    [DataRow("[1] 7 \"text\"", null)]
    [DataRow("{\"stream\":\"a\"}{\"str", "its answer is cut off or is no JSON")]
    [DataRow("<html>", "its answer is cut off or is no JSON")]
    public void ErrorOfProgress_Body_GivesTheError(string body, string? expected) =>
        Assert.AreEqual(expected, EngineReply.ErrorOfProgress(Encoding.UTF8.GetBytes(body)));

    [TestMethod]
    public void ErrorOfProgress_DeepNesting_IsNoCrash() =>
        Assert.AreEqual("its answer is cut off or is no JSON", EngineReply.ErrorOfProgress(Encoding.UTF8.GetBytes(new string('[', 500_000))));

    [TestMethod]
    [DataRow("{\"Id\":\"sha256:1\"}", "sha256:1")]
    [DataRow("{\"Id\":1}", null)]
    [DataRow("[]", null)]
    [DataRow("no", null)]
    public void ImageIdOf_Body_GivesTheId(string body, string? expected)
    {
        if (expected is null)
        {
            Assert.ThrowsExactly<EngineFailedException>(() => EngineReply.ImageIdOf(Encoding.UTF8.GetBytes(body)));
        }
        else
        {
            Assert.AreEqual(expected, EngineReply.ImageIdOf(Encoding.UTF8.GetBytes(body)));
        }
    }
}
