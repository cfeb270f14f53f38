using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class OutputTextTests
{
    [TestMethod]
    [DataRow("\u001b[1;31mred\u001b[0m", "red")]
    [DataRow("\u001b]0;title\u0007text", "text")]
    [DataRow("\u001b]8;;http://x\u001b\\link", "link")]
    [DataRow("\u001b(Btext", "text")]
    [DataRow("two\nlines\tand a tab", "two lines and a tab")]
    [DataRow("\u202Ereversed\u2028", "\uFFFDreversed\uFFFD")]
    [DataRow("\u009b31m", "\uFFFD31m")]
    public void Clean_Harmful_IsGone(string text, string expected) => Assert.AreEqual(expected, OutputText.Clean(text, 100));

    [TestMethod]
    public void Clean_Long_IsCut() => Assert.AreEqual("xxxx…", OutputText.Clean(new string('x', 1_000_000), 4));

    [TestMethod]
    [DataRow("short", "short")]
    [DataRow("aaabbbcccddd", "aaa…cccddd", DisplayName = "in the middle")]
    [DataRow("aa\U0001F600bbccc\U0001F600dddd", "aa…\U0001F600dddd", DisplayName = "pairs of surrogates stay whole")]
    public void Shortened_Long_LosesItsMiddle(string text, string expected) => Assert.AreEqual(expected, OutputText.Shortened(text, 10));

    [TestMethod]
    [DataRow(0, "0 B")]
    [DataRow(-5, "0 B")]
    [DataRow(999, "999 B")]
    [DataRow(1000, "1 kB")]
    [DataRow(12_400_000, "12.4 MB")]
    [DataRow(999_960, "1 MB")]
    [DataRow(long.MaxValue, "9223372 TB")]
    public void Size_Bytes_AreForPeople(long bytes, string expected) => Assert.AreEqual(expected, OutputText.Size(bytes));
}
