using System.Diagnostics;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks.Substitution;
using OpenFaaS.Build.TestSupport;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Tests.Stacks.Substitution;

[TestClass]
[TestCategory("fault-39")]
public sealed class HostileSubstitutionTests
{
    private static readonly string Big = new('a', 120_000);

    [TestMethod]
    public void Apply_Case39TenMegabytes_AreAnError() => Assert.Contains("more than 1048576 characters", Error(new string('x', 10_000_000)));

    [TestMethod]
    public void Apply_Case39DeepNesting_IsAnError() =>
        Assert.Contains("nested deeper than 64", Error(string.Concat(Enumerable.Repeat("${A:-", 10_000)) + new string('}', 10_000)));

    [TestMethod]
    public void Apply_Case39AllowedNesting_GivesTheInnermostDefault() =>
        Assert.AreEqual("x", Apply(string.Concat(Enumerable.Repeat("${A:-", 64)) + "x" + new string('}', 64)));

    [TestMethod]
    [DataRow("${A")]
    [DataRow("${A:-")]
    [DataRow("${A/")]
    [DataRow("${")]
    public void Apply_Case39Unterminated_IsAnErrorWithoutDelay(string piece)
    {
        Error("x: " + piece);
        Error(string.Concat(Enumerable.Repeat(piece, 100_000)));
    }

    [TestMethod]
    [DataRow("${BIG//a/b}", 120_000)]
    [DataRow("${BIG/aa/}", 119_998)]
    [DataRow("${BIG##*a*a*a*a*a*a*a*b}", 120_000)]
    [DataRow("${BIG%%b*a*a*a*a*a*a*a*}", 120_000)]
    [DataRow("${BIG#*a}", 119_999)]
    [Timeout(60_000)]
    public void Apply_Case39HugeValue_TakesLinearTime(string reference, int expected) => Assert.AreEqual(expected, Apply(reference).Length);

    [TestMethod]
    [DataRow("${BIG//a/${BIG}}", 1, "more than 1048576 characters")]
    [DataRow("${BIG}", 10, "more than 1048576 characters")]
    [DataRow("${A:-${BIG}${BIG}${BIG}${BIG}${BIG}${BIG}${BIG}${BIG}${BIG}${BIG}}", 1, "more than 1048576 characters")]
    [DataRow("${#BIG}", 100_000, "too much work")]
    [DataRow("${BIG##*a}", 50_000, "too much work")]
    [DataRow("${BIG//b/c}", 9, "more than 1048576 characters")]
    [Timeout(60_000)]
    public void Apply_Case39Growth_IsAnError(string reference, int count, string expected) =>
        Assert.Contains(expected, Error(string.Concat(Enumerable.Repeat(reference, count))));

    [TestMethod]
    public void Apply_Case39CostlyPattern_IsAnError() => Assert.Contains("too much work", Error($"${{BIG#*{new string('a', 60_000)}b}}"));

    [TestMethod]
    public void Apply_Case39MegabyteOfReferences_EndsSoonAndWarnsLittle()
    {
        var log = new RecordingLog();
        var clock = Stopwatch.StartNew();

        var text = VariableSubstitution.Apply(new YamlText("f", string.Concat(Enumerable.Repeat("${N:+x}", 140_000))), _ => "1", log);

        Assert.AreEqual(140_000, text.Content.Length);
        Assert.HasCount(20, log.Diagnostics);
        Assert.IsLessThan(20, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Apply_Case39RandomPieces_GiveTextOrOneCodedError()
    {
        string[] pieces = ["${", "}", "N", "BIG", "U", ":", "-", "+", "?", "=", "#", "##", "%", "/", "//", "^", ",", "*", "[", "]", "\\", "$", "$$", "\"", "'", "\n", " ", "|", "- ", "a: ", "é", "\ud800", "1", "{", "!"];
        var random = new Random(39);
        var done = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                VariableSubstitution.Apply(new YamlText("f", text), name => name is "N" ? "é1" : null, new RecordingLog());
                done++;
            }
            catch (DiagnosticException e)
            {
                Assert.HasCount(1, e.Diagnostics);
            }
        }

        Assert.IsInRange(1_000, 49_000, done);
    }

    private static string Apply(string text) =>
        VariableSubstitution.Apply(new YamlText("f", text), name => name == "BIG" ? Big : null, new RecordingLog()).Content;

    private static string Error(string text)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Apply(text)).Diagnostics.Single();
        Assert.AreSame(StackDiagnostics.InvalidSubstitution, error.Descriptor);
        Assert.IsLessThan(300, error.Message.Length);
        return error.Message;
    }
}
