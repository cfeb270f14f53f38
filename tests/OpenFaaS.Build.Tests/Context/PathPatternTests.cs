using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Tests.Context;

[TestClass]
public sealed class PathPatternTests
{
    [TestMethod]
    [DataRow("**foo", "d/xfoo", true)]
    [DataRow("**/foo", "foo", true)]
    [DataRow("**/foo", "xfoo", false)]
    [DataRow("**/foo", "d/e/foo", true)]
    [DataRow("a**", "abc/d", true)]
    [DataRow("a/**", "a", false)]
    [DataRow("a**/b", "ab", true)]
    [DataRow("a**/b", "ax/y/b", true)]
    [DataRow("**/*.x/**", "d/e.x/f", true)]
    [DataRow("[a\\]b]x", "]x", true)]
    [DataRow("[a\\]b]x", "cx", false)]
    [DataRow("[a\\-z]", "-", true)]
    [DataRow("[a\\-z]", "b", false)]
    [DataRow("[[]x", "[x", true)]
    [DataRow("\\[x", "[x", true)]
    [DataRow("x\\*", "x*", true)]
    [DataRow("x\\*", "xy", false)]
    [DataRow("a]b", "a]b", true)]
    [DataRow("t?st", "t\u00E4st", true)]
    public void Matches_Pattern_HasTheMeaningOfMoby(string pattern, string path, bool expected) => Assert.AreEqual(expected, PathPattern.Create(pattern, false)!.Matches(path));

    [TestMethod]
    [DataRow("[")]
    [DataRow("[]")]
    [DataRow("[a\\]")]
    [DataRow("[b-a]")]
    [DataRow("a\\")]
    public void Create_Malformed_IsNull(string pattern) => Assert.IsNull(PathPattern.Create(pattern, false));

    [TestMethod]
    [DataRow("/a/./b/../c/", "a/c")]
    [DataRow("../a", "../a")]
    [DataRow("/../a", "a")]
    [DataRow("./", ".")]
    public void Clean_Pattern_IsLexical(string pattern, string expected) => Assert.AreEqual(expected, PathPattern.Clean(pattern));

    [TestMethod]
    public void Matches_RandomPatterns_IsAsABacktrackingMatcherSays()
    {
        var random = new Random(1);
        string[] parts = ["a", "b", "/", "*", "**", "?", "a/", "**/", "/b"];
        var matches = 0;
        for (var i = 0; i < 3000; i++)
        {
            var pattern = PathPattern.Clean(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)])));
            var compiled = PathPattern.Create(pattern, false)!;
            for (var j = 0; j < 20; j++)
            {
                var path = PathPattern.Clean(string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => "ab/"[random.Next(3)])));
                var expected = Naive(pattern, path);
                Assert.AreEqual(expected, compiled.Matches(path), $"'{pattern}' and '{path}'");
                matches += expected ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(1000, matches);
    }

    private static bool Naive(string pattern, string path)
    {
        if (pattern.StartsWith("**", StringComparison.Ordinal) && pattern.Length > 2 && !pattern[2..].AsSpan().ContainsAny('*', '?'))
        {
            return path.EndsWith(pattern[2..], StringComparison.Ordinal) || "/" + path == pattern[2..];
        }

        return Rest(pattern, path);
    }

    private static bool Rest(string pattern, string path)
    {
        if (pattern.Length == 0)
        {
            return path.Length == 0;
        }

        if (pattern.StartsWith("**", StringComparison.Ordinal))
        {
            var after = pattern.Length > 2 && pattern[2] == '/' ? pattern[3..] : pattern[2..];
            return after.Length == 0 || Enumerable.Range(0, path.Length + 1).Any(taken => (taken == 0 || path[taken - 1] == '/') && Rest(after, path[taken..]));
        }

        return pattern[0] switch
        {
            '*' => Enumerable.Range(0, path.Length + 1).TakeWhile(taken => taken == 0 || path[taken - 1] != '/').Any(taken => Rest(pattern[1..], path[taken..])),
            '?' => path.Length > 0 && path[0] != '/' && Rest(pattern[1..], path[1..]),
            var c => path.Length > 0 && path[0] == c && Rest(pattern[1..], path[1..]),
        };
    }
}
