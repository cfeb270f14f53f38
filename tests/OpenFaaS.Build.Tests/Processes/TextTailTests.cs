using System.Text;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Tests.Processes;

[TestClass]
public sealed class TextTailTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("abc", "abc")]
    [DataRow("abcdefgh", "abcdefgh")]
    [DataRow("abcdefghij", "cdefghij")]
    [DataRow("aaaaaaaaaaaaaaaaaaaaaaabcdefgh", "abcdefgh")]
    public void Text_Added_IsTheEnd(string text, string expected)
    {
        var (whole, pieces) = (new TextTail(8), new TextTail(8));

        whole.Add(Encoding.UTF8.GetBytes(text));
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            pieces.Add([value]);
        }

        Assert.AreEqual(expected, whole.ToString());
        Assert.AreEqual(expected, pieces.ToString());
    }

    [TestMethod]
    public void Text_CutWithinACharacter_BeginsWithTheNext()
    {
        var tail = new TextTail(4);

        tail.Add("€€"u8);

        Assert.AreEqual("€", tail.ToString());
    }
}
