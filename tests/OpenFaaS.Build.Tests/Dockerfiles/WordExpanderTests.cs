using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class WordExpanderTests
{
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["HOME"] = "/root", ["SHELL"] = "sh", ["EMPTY"] = "", ["GREETING"] = "안녕", ["größe"] = "xl",
        ["WORDS"] = "a  b c", ["EDGES"] = "  a b  ", ["NAME"] = "xxyy", ["PATHS"] = "/lib*/*/*.so", ["STAR"] = "\\*/",
        ["LIB"] = "/usr/usr/lib.so", ["USR"] = "/usr", ["ANY"] = "/?/", ["SLASH"] = "/", ["DEEP"] = "/a/b/c.txt",
        ["ODD"] = "()[]{}^$.*?|\\z", ["STARS"] = "a***bb*", ["MARKS"] = "???z", ["LINES"] = "ab\ncd", ["FACE"] = "a😀b", ["X"] = "x",
    };

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("pl'ai'n", "plain")]
    [DataRow("pl\\'ain", "pl'ain")]
    [DataRow("a\\tb", "atb")]
    [DataRow("\"a\\tb\"", "a\\tb")]
    [DataRow("\"a\\\\tb\"", "a\\tb")]
    [DataRow("'a\\tb'", "a\\tb")]
    [DataRow("a\\", "a")]
    [DataRow("a\\\\", "a\\")]
    [DataRow("\"it's\"", "it's")]
    [DataRow("\"a\\\"b\"", "a\"b")]
    [DataRow("'\"a\"'", "\"a\"")]
    [DataRow("\"''\"", "''")]
    [DataRow("\"\"", "")]
    [DataRow("", "")]
    [DataRow("$", "$")]
    [DataRow("a$", "a$")]
    [DataRow("$.a", "$.a")]
    [DataRow("$HOME/x", "/root/x")]
    [DataRow("\\$HOME", "$HOME")]
    [DataRow("\\\\$HOME", "\\/root")]
    [DataRow("\"\\$HOME\"", "$HOME")]
    [DataRow("\"\\\\$HOME\"", "\\/root")]
    [DataRow("'$HOME'", "$HOME")]
    [DataRow("\"'$HOME'\"", "'/root'")]
    [DataRow("\\${}", "${}")]
    [DataRow("${HOME}x", "/rootx")]
    [DataRow("$UNSET.", ".")]
    [DataRow("${UNSET}", "")]
    [DataRow("$home", "")]
    [DataRow("$GREETING!", "안녕!")]
    [DataRow("$größe", "xl")]
    [DataRow("안\\'녕", "안'녕")]
    [DataRow("a<<b", "a<<b")]
    [DataRow("a << b", "a << b")]
    public void Expand_QuotesAndNames_AreTheShells(string word, string expected) => Assert.AreEqual(expected, Expand(word));

    [TestMethod]
    [DataRow("${UNSET-a}", "a")]
    [DataRow("${EMPTY-a}", "")]
    [DataRow("${EMPTY:-a}", "a")]
    [DataRow("${HOME:-a}", "/root")]
    [DataRow("${HOME+a}", "a")]
    [DataRow("${EMPTY+a}", "a")]
    [DataRow("${EMPTY:+a}", "")]
    [DataRow("${UNSET+a}", "")]
    [DataRow("${HOME?}", "/root")]
    [DataRow("${EMPTY?}", "")]
    [DataRow("${UNSET:-$HOME}", "/root")]
    [DataRow("${UNSET:-${EMPTY:-${HOME}}}x", "/rootx")]
    [DataRow("${HOME:+${SHELL}}", "sh")]
    [DataRow("${UNSET:-}", "")]
    [DataRow("${UNSET:-a {b}", "a {b")]
    [DataRow("${UNSET:-a}}", "a}")]
    [DataRow("${UNSET:-\\$HOME:}", "$HOME:")]
    [DataRow("${UNSET:-\\${HOME}z}", "${HOMEz}")]
    [DataRow("${UNSET:-'a }'}", "a }")]
    [DataRow("${UNSET:-\"a }\"}", "a }")]
    [DataRow("${UNSET}$UNSET", "")]
    public void Expand_DefaultsAndAlternatives_DependOnUnsetAndEmpty(string word, string expected) => Assert.AreEqual(expected, Expand(word));

    [TestMethod]
    [DataRow("a$1b", "ab")]
    [DataRow("$12b", "b")]
    [DataRow("${1:-b}", "b")]
    [DataRow("$001", "")]
    [DataRow("${0:+b}", "")]
    [DataRow("$@@", "@")]
    [DataRow("${@:-b}", "b")]
    [DataRow("$*$#$?$-$!", "")]
    [DataRow("${$:-b}", "b")]
    [DataRow("${#:+b}", "")]
    [DataRow("$$HOME", "HOME")]
    public void Expand_PositionalAndSpecialParameters_AreNeverSet(string word, string expected) => Assert.AreEqual(expected, Expand(word));

    [TestMethod]
    [DataRow("${NAME#x}", "xyy")]
    [DataRow("${NAME#*x}", "xyy")]
    [DataRow("${NAME##*x}", "yy")]
    [DataRow("${NAME#*x*y}", "y")]
    [DataRow("${NAME#*}", "xxyy")]
    [DataRow("${NAME##*}", "")]
    [DataRow("${NAME#}", "xxyy")]
    [DataRow("${NAME##}", "xxyy")]
    [DataRow("${NAME#$X}", "xyy")]
    [DataRow("${NAME#\"$X\"?}", "yy")]
    [DataRow("${NAME#q}", "xxyy")]
    [DataRow("${NAME%y}", "xxy")]
    [DataRow("${NAME%x*}", "x")]
    [DataRow("${NAME%%x*}", "")]
    [DataRow("${NAME%}", "xxyy")]
    [DataRow("${UNSET#x}", "")]
    [DataRow("${DEEP##*/}", "c.txt")]
    [DataRow("${DEEP%/*}", "/a/b")]
    [DataRow("${DEEP%%.*}", "/a/b/c")]
    [DataRow("${ODD#()[]{\\}^$.\\*\\?|\\\\}", "z")]
    [DataRow("${STARS%%\\**\\*}", "a")]
    [DataRow("${MARKS#?\\?}", "?z")]
    [DataRow("${LINES##*}", "\ncd")]
    [DataRow("${LINES%%*}", "ab\n")]
    [DataRow("${FACE#a?}", "b")]
    [DataRow("${FACE%?b}", "a")]
    public void Expand_Patterns_RemoveThePrefixOrSuffix(string word, string expected) => Assert.AreEqual(expected, Expand(word));

    [TestMethod]
    [DataRow("${PATHS/$STAR/.}", "/lib.*/*.so")]
    [DataRow("${PATHS//$STAR/.}", "/lib..*.so")]
    [DataRow("${LIB/$USR/}", "/usr/lib.so")]
    [DataRow("${LIB//$USR/}", "/lib.so")]
    [DataRow("${DEEP//$ANY/$SLASH}", "/b/c.txt")]
    [DataRow("${DEEP//\\//-}", "-a-b-c.txt")]
    [DataRow("${NAME/x*/z}", "z")]
    [DataRow("${NAME//x/zz}", "zzzzyy")]
    [DataRow("${NAME/$EMPTY/z}", "zxxyy")]
    [DataRow("${NAME//$EMPTY/z}", "zxzxzyzyz")]
    [DataRow("${NAME//*/z}", "z")]
    [DataRow("${NAME///}", "xxyy")]
    [DataRow("${NAME/q/z}", "xxyy")]
    [DataRow("${UNSET/x/z}", "")]
    public void Expand_Replacement_TakesTheLongestMatch(string word, string expected) => Assert.AreEqual(expected, Expand(word));

    [TestMethod]
    [DataRow("'a")]
    [DataRow("\"a")]
    [DataRow("\"a\\\"")]
    [DataRow("a\\\\'b")]
    [DataRow("${")]
    [DataRow("${}")]
    [DataRow("a${}b")]
    [DataRow("${HOME")]
    [DataRow("${HOME:")]
    [DataRow("${HOME:}")]
    [DataRow("${HOME:-")]
    [DataRow("${HOME:-${")]
    [DataRow("${:}")]
    [DataRow("${:-a}")]
    [DataRow("${{HOME}")]
    [DataRow("${.}")]
    [DataRow("${HOME:a}")]
    [DataRow("${HOME=a}")]
    [DataRow("${HOME:=a}")]
    [DataRow("${HOME:#a}")]
    [DataRow("${HOME:%%a}")]
    [DataRow("${HOME:/a/b}")]
    [DataRow("${HOME//a}")]
    [DataRow("${HOME/a/b")]
    [DataRow("${HOME#\\a}")]
    [DataRow("${HOME#'\\'")]
    [DataRow("${HOME:-'a}")]
    public void Expand_Malformed_Fails(string word) => Assert.ThrowsExactly<WordExpansionException>(() => Expand(word));

    [TestMethod]
    [DataRow("${UNSET?}", "UNSET: is not allowed to be unset")]
    [DataRow("${UNSET:?}", "UNSET: is not allowed to be unset")]
    [DataRow("${EMPTY:?}", "EMPTY: is not allowed to be empty")]
    [DataRow("${UNSET?give $SHELL}", "UNSET: give sh")]
    public void Expand_RequiredVariableMissing_FailsWithItsMessage(string word, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<WordExpansionException>(() => Expand(word)).Message);

    [TestMethod]
    [DataRow("a`tb", "atb")]
    [DataRow("C:\\x\\$SHELL", "C:\\x\\sh")]
    [DataRow("`$HOME", "$HOME")]
    [DataRow("\"`\"\\\"", "\"\\")]
    public void Expand_BacktickAsEscape_LeavesBackslashesAlone(string word, string expected) =>
        Assert.AreEqual(expected, WordExpander.Expand(word, '`', Variables.GetValueOrDefault));

    [TestMethod]
    [DataRow("80", "80")]
    [DataRow("a${WORDS}d", "aa|b|cd")]
    [DataRow("a\"${WORDS}\"d", "aa  b cd")]
    [DataRow("a \"$WORDS\"d", "a|a  b cd")]
    [DataRow("a${EDGES}b", "a|a|b|b")]
    [DataRow("a\"$EDGES\" b", "a  a b  |b")]
    [DataRow("a\\ b c", "a b|c")]
    [DataRow(" a\" b \" ", "a b ")]
    [DataRow("$UNSET", "")]
    [DataRow("\"\"", "")]
    [DataRow("1${UNSET:-2}3", "123")]
    public void ExpandToWords_UnquotedBlanks_Split(string word, string expected) =>
        Assert.AreEqual(expected, string.Join('|', WordExpander.ExpandToWords(word, '\\', Variables.GetValueOrDefault)));

    [TestMethod]
    [DataRow("it's \"$SHELL\"\n", "it's \"sh\"\n")]
    [DataRow("'$SHELL' \\$SHELL \\\\\n", "'sh' $SHELL \\\n")]
    [DataRow("${UNSET:-'a'}", "'a'")]
    [DataRow("a\\nb", "anb")]
    public void ExpandHeredoc_Quotes_AreText(string content, string expected) =>
        Assert.AreEqual(expected, WordExpander.ExpandHeredoc(content, Variables.GetValueOrDefault));

    [TestMethod]
    [DataRow(50, true)]
    [DataRow(51, false)]
    [DataRow(100_000, false)]
    [TestCategory("fault-23")]
    public void Expand_NestedReferences_AreBoundedInDepth(int depth, bool isExpanded)
    {
        var word = string.Concat(Enumerable.Repeat("${UNSET:-", depth)) + "a" + new string('}', depth);

        if (isExpanded)
        {
            Assert.AreEqual("a", Expand(word));
        }
        else
        {
            Assert.ThrowsExactly<WordExpansionException>(() => Expand(word));
        }
    }

    [TestMethod]
    [DataRow("${LONG##*a*a*a*a*a*a*a*b}")]
    [DataRow("${LONG%%b*a*a*a*a*a*a*a*}")]
    [DataRow("${LONG//a*a*a*b/c}")]
    [TestCategory("fault-23")]
    public void Expand_PatternThatBacktracks_TakesLinearTime(string word)
    {
        var value = new string('a', 100_000);

        Assert.AreEqual(value, WordExpander.Expand(word, '\\', name => name == "LONG" ? value : null));
    }

    [TestMethod]
    [DataRow("${LONG//?/$LONG}")]
    [DataRow("${LONG#PATTERN}")]
    [TestCategory("fault-23")]
    public void Expand_ThatGrowsWithoutMeasure_Fails(string word)
    {
        var value = new string('a', 100_000);
        word = word.Replace("PATTERN", new string('?', 1000), StringComparison.Ordinal);

        Assert.ThrowsExactly<WordExpansionException>(() => WordExpander.Expand(word, '\\', _ => value));
    }

    private static string Expand(string word) => WordExpander.Expand(word, '\\', Variables.GetValueOrDefault);
}
