using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
[TestCategory("fault-23")]
public sealed class HostileDockerfileTests
{
    private static readonly string[] Corpus =
    [
        TemplateDockerfileTests.Watchdog,
        TemplateDockerfileTests.DotNet,
        "# escape=`\nFROM a AS b\nRUN x `\n y\nCOPY --from=b [\"a\", \"b\"]\nONBUILD RUN <<A <<-'B'\nA\n\tB\nHEALTHCHECK NONE\n",
        "ARG A=${B:-${C#\"*\\?\"}} D='e\nFROM $A\nENV x y z\nLABEL a=\"b c\" d\\ e=f\nVOLUME [\"/a\", \"/b\"]\nSHELL [\"a\"]\nCMD a \"b\nADD --checksum=x <<EOF http://a /b/\nEOF\n",
    ];

    private static readonly string[] Fragments =
    [
        "\\", "`", "\n", "\r\n", "\t", " ", "\"", "'", "$", "${", "}", ":-", "#", "##", "%", "/", "<<", "<<-", "EOF", "--", "=", "[", "]", ",", "\0", "\uFEFF",
        "\ud83d", "\udc00", "é", "\u2028", "# escape=`\n", "FROM ", "COPY ", "RUN ", "ENV ", "ONBUILD ", "HEALTHCHECK ", "\\\n", "--from=", "--link",
    ];

    [TestMethod]
    [DataRow("characters", 0)]
    [DataRow("lines", 100_001)]
    [DataRow("bytes", 2)]
    [DataRow("instructions", 16_001)]
    [DataRow("stages", 1_001)]
    public void Parse_BeyondALimit_IsACodedError(string limit, int line)
    {
        var text = limit switch
        {
            "characters" => new string('#', 4 * 1024 * 1024 + 1),
            "lines" => new string('\n', 200_000),
            "bytes" => "FROM a\nLABEL a=" + new string('é', 33_000),
            "instructions" => "FROM a\n" + string.Concat(Enumerable.Repeat("USER a\n", 20_000)),
            _ => string.Concat(Enumerable.Repeat("FROM a\n", 2_000)),
        };

        var diagnostic = Assert.ThrowsExactly<DiagnosticException>(() => DockerfileParser.Parse(text, "Dockerfile")).Diagnostics.Single();

        Assert.AreEqual(("OFB2202", line), (diagnostic.Descriptor.Code, diagnostic.Location!.Line));
        Assert.Contains(limit, diagnostic.Message);
    }

    [TestMethod]
    public void Parse_LimitsReached_IsAccepted()
    {
        var text = "FROM a\nLABEL a=" + new string('b', 65_000) + "\n" + string.Concat(Enumerable.Repeat("USER a\n", 15_000)) + new string('\n', 80_000);

        Assert.HasCount(15_001, DockerfileParser.Parse(text, "Dockerfile").Stages[0].Instructions);
    }

    [TestMethod]
    [DataRow("FROM a\nCMD ", "[", 60_000)]
    [DataRow("FROM a\nONBUILD ", "ONBUILD ", 8_000)]
    [DataRow("FROM a\nRUN ", "<<", 30_000)]
    [DataRow("FROM a\nRUN <<", "${a:-", 10_000)]
    [DataRow("FROM a\nCOPY ", "<<A ", 10_000)]
    [DataRow("FROM a\nENV ", "\"\\", 30_000)]
    [DataRow("FROM a\n", "\\\n", 90_000)]
    [DataRow("FROM a\nUSER \\\n", "#\\\n", 90_000)]
    [DataRow("FROM a\nHEALTHCHECK --interval=", "1h", 30_000)]
    [DataRow("FROM a\nCOPY ", "--link ", 9_000)]
    public void Parse_EndlessRepetition_GivesAResultOrACodedError(string start, string repeated, int count) =>
        AssertParsesOrFailsWithACode(start + string.Concat(Enumerable.Repeat(repeated, count)));

    [TestMethod]
    public void Parse_ErrorInAHugeOrBinaryLine_IsQuotedShortAndPlain()
    {
        var text = "FROM a\n\u001b[31m\0" + new string('X', 10_000);

        var message = Assert.ThrowsExactly<DiagnosticException>(() => DockerfileParser.Parse(text, "Dockerfile")).Diagnostics[0].Message;

        Assert.IsLessThan(400, message.Length);
        Assert.IsFalse(message.Any(char.IsControl));
    }

    [TestMethod]
    public void Parse_NulBytes_AreTextLikeAnyOther() =>
        Assert.AreEqual("a\0b", DockerfileParserTests.Only<UserInstruction>("FROM a\nUSER a\0b").User);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Parse_AnyMutation_GivesAResultOrACodedError(int seed)
    {
        var random = new Random(seed);
        var accepted = 0;
        for (var i = 0; i < 500; i++)
        {
            accepted += AssertParsesOrFailsWithACode(Mutate(Corpus[i % Corpus.Length], random)) ? 1 : 0;
        }

        // Mutations that are all rejected, or all accepted, would test nothing.
        Assert.IsInRange(50, 450, accepted);
    }

    private static string Mutate(string text, Random random)
    {
        var result = new StringBuilder(text);
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(result.Length);
            switch (random.Next(4))
            {
                case 0:
                    result.Remove(at, Math.Min(random.Next(1, 12), result.Length - at));
                    break;
                case 1:
                    result.Insert(at, text.AsSpan(random.Next(text.Length / 2), random.Next(text.Length / 4)));
                    break;
                default:
                    result.Insert(at, Fragments[random.Next(Fragments.Length)]);
                    break;
            }

            result.Append(result.Length == 0 ? "F" : "");
        }

        return result.ToString();
    }

    private static bool AssertParsesOrFailsWithACode(string text)
    {
        try
        {
            var document = DockerfileParser.Parse(text, "Dockerfile");
            var platform = Platform.Parse("linux/amd64");
            var scope = new GlobalScope(document, new Dictionary<string, string>(StringComparer.Ordinal), platform, platform, null);
            StageGraph.Reachable(document, null, scope);
            var stage = scope.BeginStage();
            foreach (var copy in document.Stages.SelectMany(s => s.Instructions).OfType<CopyInstruction>().SelectMany(c => c.Heredocs))
            {
                WordExpander.ExpandHeredoc(copy.Content, stage.Lookup);
            }

            return true;
        }
        catch (DiagnosticException e)
        {
            Assert.MatchesRegex("^OFB2[12][0-9]{2}$", e.Diagnostics.Single().Descriptor.Code);
            return false;
        }
        catch (WordExpansionException)
        {
            return false;
        }
    }
}
