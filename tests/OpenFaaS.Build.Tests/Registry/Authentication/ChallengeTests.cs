using OpenFaaS.Build.Registry.Authentication;

namespace OpenFaaS.Build.Tests.Registry.Authentication;

/// <summary>Fault 47: what servers send as <c>WWW-Authenticate</c>.</summary>
[TestClass]
public sealed class ChallengeTests
{
    [TestMethod]
    [DataRow("Basic realm=\"a b\"", "Basic realm=a b")]
    [DataRow("Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a:pull,push repository:b:pull\"", "Bearer realm=https://a/t;service=s;scope=repository:a:pull,push repository:b:pull")]
    [DataRow("bEaReR  Realm = \"r\" , SERVICE=s", "bEaReR realm=r;service=s")]
    [DataRow("Bearer realm=https://a/t?x=y,service=s", "Bearer realm=https://a/t?x=y;service=s")]
    [DataRow("Negotiate, Basic realm=\"r\"", "Negotiate |Basic realm=r")]
    [DataRow("Negotiate YII/+=, Bearer realm=\"r\"", "Negotiate |Bearer realm=r")]
    [DataRow("Basic realm=\"r\", Bearer realm=\"t\",service=\"s\"", "Basic realm=r|Bearer realm=t;service=s")]
    [DataRow("Bearer realm=\"a\\\"b\\\\c\"", "Bearer realm=a\"b\\c")]
    [DataRow("Bearer realm=\"one\",realm=\"two\"", "Bearer realm=one")]
    [DataRow("Bearer realm=\"unterminated", "Bearer ")]
    [DataRow("Bearer", "Bearer ")]
    [DataRow("", "")]
    [DataRow(",,, ,", "")]
    [DataRow("Basic", "Basic ")]
    [DataRow("\"garbage\"", "")]
    public void Parse_Header_GivesChallenges(string header, string expected)
    {
        var challenges = Challenge.Parse([header])
            .Select(challenge => $"{challenge.Scheme} {string.Join(';', challenge.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}"))}");

        Assert.AreEqual(expected, string.Join('|', challenges));
    }

    [TestMethod]
    public void Parse_SeveralHeaders_GivesAll() =>
        CollectionAssert.AreEqual(new[] { "Negotiate", "Basic" }, Challenge.Parse(["Negotiate", new string('x', 64 * 1024), "Basic realm=x"]).Select(challenge => challenge.Scheme).ToArray());

    [TestMethod]
    public void Parse_AnyText_Ends()
    {
        const string Alphabet = "Ba \t,=\"\\/;:é\u0001";
        var random = new Random(47);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            foreach (var challenge in Challenge.Parse([text]))
            {
                Assert.AreNotEqual("", challenge.Scheme, $"seed 47, text {i}");
            }
        }
    }
}
