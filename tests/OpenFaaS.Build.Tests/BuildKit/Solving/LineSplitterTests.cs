using System.Text;
using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class LineSplitterTests
{
    [TestMethod]
    public void Take_CutAnywhere_GivesTheSameLines()
    {
        var text = Encoding.UTF8.GetBytes("héllo wörld\n10%\r20%\r100%\nwindows\r\n\n  indented 😀\nlast");
        string[] expected = ["héllo wörld", "100%", "windows", "", "  indented 😀", "last"];

        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                CollectionAssert.AreEqual(expected, Lines(text[..first], text[first..second], text[second..]), $"cut at {first} and {second}");
            }
        }
    }

    [TestMethod]
    public void Take_Case83EndlessLine_IsCutAndTheNextOneIsWhole()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);
        var megabyte = Enumerable.Repeat((byte)'x', 1 << 20).ToArray();
        for (var i = 0; i < 10; i++)
        {
            splitter.Take(megabyte);
        }

        splitter.Take("\nnext\n"u8);

        Assert.HasCount(2, lines);
        Assert.AreEqual(new string('x', LineSplitter.Longest) + "…", lines[0]);
        Assert.AreEqual("next", lines[1]);
    }

    [TestMethod]
    public void Take_CutWithinACharacter_LeavesNoHalf()
    {
        var lines = Lines(Encoding.UTF8.GetBytes(new string('a', LineSplitter.Longest - 1) + "é and more\n"));

        Assert.AreEqual(new string('a', LineSplitter.Longest - 1) + "…", lines.Single());
    }

    [TestMethod]
    public void Take_Case83InvalidUtf8AndControlCharacters_AreReplaced()
    {
        var lines = Lines([(byte)'a', 0xFF, 0x00, 0x1B, (byte)'[', (byte)'3', (byte)'1', (byte)'m', (byte)'r', (byte)'e', (byte)'d', 0x08, (byte)'\n']);

        Assert.AreEqual("a\uFFFD\uFFFDred\uFFFD", lines.Single());
    }

    [TestMethod]
    public void End_ReturnedLine_IsTheLastState()
    {
        var lines = Lines("50%\r75%\r"u8.ToArray());

        Assert.AreEqual("75%", lines.Single());
    }

    private static List<string> Lines(params byte[][] chunks)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);
        foreach (var chunk in chunks)
        {
            splitter.Take(chunk);
        }

        splitter.End();
        return lines;
    }
}
