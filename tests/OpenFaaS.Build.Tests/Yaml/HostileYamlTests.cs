using System.Diagnostics;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Tests.Yaml;

[TestClass]
[TestCategory("fault-38")]
public sealed class HostileYamlTests
{
    private const int Size = (1 << 20) - 64;

    private static readonly string[] Pieces =
    [
        "[", "{", "]", "- ", "-\n", "? ", "?\n", ": ", "a: ", "&a ", "*a ", "!a ", "!!str ", "<<: ", "\"", "'", "|\n", ">-\n", " ", "\n", "\t", "#", ",", "---\n", "...\n", "%TAG ! x\n",
        "\\", "\\UFFFFFFFF", "\\x4", "\u0085", "\u2028", "\r", "@", "`", "é", "😀", "x", "~", "{a: ", "[b, ", "!<", ">", "!<tag:yaml.org,2002:str> ", "&", "*", "!", "%YAML 9.9\n", "\"\\\n",
    ];

    [TestMethod]
    [DataRow("[")]
    [DataRow("{")]
    [DataRow("[\n")]
    [DataRow("{a: ")]
    [DataRow("- ")]
    [DataRow("? ")]
    [DataRow("[[],")]
    [Timeout(60_000)]
    public void Read_Case38DeepNesting_IsAnError(string piece)
    {
        Assert.Contains("nested deeper than 64", YamlSample.Error(string.Concat(Enumerable.Repeat(piece, 5_000))));
        Assert.Contains("nested deeper than 64", YamlSample.Error(string.Concat(Enumerable.Repeat(piece, Size / piece.Length))));
    }

    [TestMethod]
    [DataRow(64, true)]
    [DataRow(65, false)]
    public void Read_Case38Depth_IsBoundedAt64(int depth, bool isRead)
    {
        var yaml = new string('[', depth) + new string(']', depth);

        Assert.AreEqual(isRead, IsRead(yaml));
    }

    [TestMethod]
    public void Read_Case38DepthThroughAliases_IsAnError() =>
        Assert.Contains("nested deeper than 64", YamlSample.Error($"a: &a {new string('[', 40)}{new string(']', 40)}\nb: {new string('[', 40)}*a{new string(']', 40)}\n"));

    [TestMethod]
    public void Read_Case38AliasBomb_IsAnError() => Assert.Contains("more than 10000 nodes", YamlSample.Error(Chain("[{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]")));

    [TestMethod]
    public void Read_Case38MergeChain_IsAnError() => Assert.Contains("more than 10000 nodes", YamlSample.Error(Chain("{{<<: [{0}, {0}, {0}, {0}]}}")));

    [TestMethod]
    public void Read_Case38LongMergeChain_IsReadOrAnErrorWithoutDelay()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"m{i}: &m{i}\n  <<: *m{i - 1}\n  k{i}: 1\n");

        Assert.Contains("nested deeper than 64", YamlSample.Error("m0: &m0 {k0: 1}\n" + string.Concat(lines) + "m61: [[[[[*m60]]]]]\n"));
    }

    [TestMethod]
    [DataRow("a: &a [*a]")]
    [DataRow("a: &a {b: *a}")]
    [DataRow("a: &a {<<: *a}")]
    [DataRow("a: &a [1]\nb: &a [*a]")]
    public void Read_Case38SelfAlias_IsAnError(string yaml) => Assert.Contains("the anchor 'a' contains itself", YamlSample.Error(yaml));

    [TestMethod]
    [DataRow("!System.Diagnostics.Process {}")]
    [DataRow("!<tag:yaml.org,2002:System.IO.FileInfo> x")]
    [DataRow("!!python/object:x []")]
    [DataRow("!!binary aGk=")]
    public void Read_Case38TagOfAProgram_IsAnError(string value) => Assert.Contains("a tag that is not supported", YamlSample.Error($"a: {value}"));

    [TestMethod]
    public void Read_Case38DuplicateKeys_AreAnError() => Assert.StartsWith("2:1 ", YamlSample.Error("a: 1\na: 2\n"));

    [TestMethod]
    public void Read_Case38TenMegabyteScalar_IsAnError() => Assert.Contains("more than 1048576 characters", YamlSample.Error("a: " + new string('x', 10_000_000)));

    [TestMethod]
    public void Read_Case38ManyNodes_AreAnError() => Assert.Contains("more than 10000 nodes", YamlSample.Error(string.Concat(Enumerable.Repeat("- a\n", 10_000))));

    [TestMethod]
    [DataRow("a:\n\tb: 1\n")]
    [DataRow("a: 1\n\t- b\n")]
    public void Read_Case38TabAsIndentation_IsAnError(string yaml) => Assert.Contains("tab", YamlSample.Error(yaml));

    [TestMethod]
    public void Read_Case38NextLine_EndsALineAsInYaml11() => Assert.AreEqual("{a: 1, b: 2}", YamlSample.Write(YamlSample.Read("a: 1\u0085b: 2\n")));

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(0x7F)]
    [DataRow(0x9F)]
    [DataRow(0xFFFF)]
    [DataRow(0xD800)]
    public void Read_Case38ControlCharacter_IsAnError(int character) => Assert.StartsWith("2:4 ", YamlSample.Error($"a: 1\nb: {(char)character}\n"));

    [TestMethod]
    [Timeout(120_000)]
    public void Read_Case38Repetitions_EndSoon()
    {
        foreach (var piece in Pieces)
        {
            var clock = Stopwatch.StartNew();
            IsRead(string.Concat(Enumerable.Repeat(piece, Size / piece.Length)));
            Assert.IsLessThan(20, clock.Elapsed.TotalSeconds, piece);
        }
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Read_Case38RandomPieces_GiveNodesOrOneCodedError()
    {
        var random = new Random(38);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var yaml = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            read += IsRead(yaml) ? 1 : 0;
        }

        Assert.IsInRange(100, 19_900, read);
    }

    /// <summary>Whether it is YAML; any other exception than a coded error fails the test.</summary>
    private static bool IsRead(string yaml)
    {
        try
        {
            YamlSample.Write(YamlSample.Read(yaml));
            return true;
        }
        catch (OpenFaaS.Build.Diagnostics.DiagnosticException)
        {
            return false;
        }
    }

    private static string Chain(string link) => "n0: &n0 {a: 1}\n" + string.Concat(
        Enumerable.Range(1, 12).Select(i => $"n{i}: &n{i} {string.Format(System.Globalization.CultureInfo.InvariantCulture, link, $"*n{i - 1}")}\n"));
}
