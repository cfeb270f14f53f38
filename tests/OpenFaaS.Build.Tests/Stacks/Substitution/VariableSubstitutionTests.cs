using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks.Substitution;
using OpenFaaS.Build.TestSupport;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Tests.Stacks.Substitution;

[TestClass]
public sealed class VariableSubstitutionTests
{
    private static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string>
    {
        ["NAME"] = "fooBar",
        ["FILE"] = "a/b.tar.gz",
        ["DOTS"] = "one.two.one",
        ["UTF"] = "Äß",
        ["N"] = "2",
        ["1"] = "first",
        ["größe"] = "xl",
        ["EMPTY"] = "",
    };

    [TestMethod]
    [DataRow("${NAME}", "fooBar")]
    [DataRow("a${NAME}b${N}", "afooBarb2")]
    [DataRow("${1}", "first")]
    [DataRow("${größe}", "xl")]
    [DataRow("[${UNSET}${EMPTY}]", "[]")]
    [DataRow("${#NAME}", "6")]
    [DataRow("${#UTF}", "4")]
    [DataRow("${#UNSET}", "0")]
    [DataRow("${NAME^}", "FooBar")]
    [DataRow("${NAME^^}", "FOOBAR")]
    [DataRow("${UTF,}", "äß")]
    [DataRow("${NAME,,}", "foobar")]
    [DataRow("${UNSET^}", "")]
    public void Apply_NamesLengthAndCase_AreDrones(string text, string expected) => Assert.AreEqual(expected, Apply(text));

    [TestMethod]
    [DataRow("${NAME:3}", "Bar")]
    [DataRow("${NAME:1:3}", "ooB")]
    [DataRow("${NAME:3:99}", "Bar")]
    [DataRow("${NAME:6}", "")]
    [DataRow("${NAME:99}", "")]
    [DataRow("${NAME:99:1}", "")]
    [DataRow("${NAME:x}", "fooBar")]
    [DataRow("${NAME:1:x}", "fooBar")]
    [DataRow("${NAME: -2}", "fooBar")]
    [DataRow("${NAME:${N}}", "oBar")]
    [DataRow("${NAME:${N}:${N}}", "oB")]
    [DataRow("${UTF:2}", "ß")]
    [DataRow("${NAME:0:0}", "")]
    [DataRow("${NAME:0:99999999999999999999}", "fooBar")]
    public void Apply_Substrings_AreBytesOfDrone(string text, string expected) => Assert.AreEqual(expected, Apply(text));

    [TestMethod]
    [DataRow("${FILE#*.}", "tar.gz")]
    [DataRow("${FILE##*.}", "gz")]
    [DataRow("${FILE%.*}", "a/b.tar")]
    [DataRow("${FILE%%.*}", "a/b")]
    [DataRow("${FILE#*/}", "b.tar.gz")]
    [DataRow("${FILE##*}", "")]
    [DataRow("${FILE#*}", "/b.tar.gz")]
    [DataRow("${FILE#a?b}", ".tar.gz")]
    [DataRow("${FILE#[a-c]/}", "b.tar.gz")]
    [DataRow("${FILE#[^x]}", "/b.tar.gz")]
    [DataRow("${FILE#\\a}", "/b.tar.gz")]
    [DataRow("${FILE#x}", "a/b.tar.gz")]
    [DataRow("${FILE%?gz}", "a/b.tar")]
    [DataRow("${FILE%b*r*}", "a/")]
    [DataRow("${DOTS#*one}", ".two.one")]
    [DataRow("${DOTS##*one}", "")]
    [DataRow("${FILE##*${EMPTY:-/}}", null)]
    [DataRow("${DOTS%%${SEP:-.two.one}}", "one")]
    [DataRow("${UNSET#x}", "")]
    public void Apply_Patterns_AreDrones(string text, string? expected)
    {
        if (expected is null)
        {
            Assert.Contains("either text or one reference", Error(text));
        }
        else
        {
            Assert.AreEqual(expected, Apply(text));
        }
    }

    [TestMethod]
    [DataRow("${DOTS/one/1}", "1.two.one")]
    [DataRow("${DOTS//one/1}", "1.two.1")]
    [DataRow("${DOTS/#one/1}", "1.two.one")]
    [DataRow("${DOTS/%one/1}", "one.two.1")]
    [DataRow("${DOTS/#two/1}", "one.two.one")]
    [DataRow("${DOTS/./}", "onetwo.one")]
    [DataRow("${DOTS//./}", "onetwoone")]
    [DataRow("${FILE/\\//-}", "a-b.tar.gz")]
    [DataRow("${FILE//\\//-}", "a-b.tar.gz")]
    [DataRow("${DOTS/one/$$}", "$.two.one")]
    [DataRow("${DOTS/./\\\\}", "one\\two.one")]
    [DataRow("${DOTS/o*/x}", "one.two.one")]
    [DataRow("${DOTS/one/${N}}", "2.two.one")]
    [DataRow("${DOTS/${X:-one}/1}", "1.two.one")]
    public void Apply_Replacements_AreLiteral(string text, string expected) => Assert.AreEqual(expected, Apply(text));

    [TestMethod]
    [DataRow("${UNSET=d}", "d")]
    [DataRow("${UNSET:=d}", "d")]
    [DataRow("${UNSET:-d}", "d")]
    [DataRow("${EMPTY:-d}", "d")]
    [DataRow("${EMPTY=d}", "d")]
    [DataRow("${NAME:-d}", "fooBar")]
    [DataRow("${UNSET:-}", "")]
    [DataRow("${UNSET:-x${N}y}", "x2y")]
    [DataRow("${UNSET:-${EMPTY:-c}}", "c")]
    [DataRow("${UNSET=${NAME^^}-s}", "FOOBAR-s")]
    [DataRow("${UNSET:-a: [b]}", "a: [b]")]
    [DataRow("${UNSET:-$$x}", "$$x")]
    public void Apply_Defaults_AreForUnsetAndEmpty(string text, string expected) => Assert.AreEqual(expected, Apply(text));

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("$NAME $(x) $ a$", "$NAME $(x) $ a$")]
    [DataRow("$${NAME}", "${NAME}")]
    [DataRow("$$", "$")]
    [DataRow("$$$${NAME}", "$${NAME}")]
    [DataRow("$${a=${NAME}}", "${a=fooBar}")]
    [DataRow("\\${NAME}", "\\fooBar")]
    [DataRow("a\\/b", "a/b")]
    public void Apply_OtherDollarsAndEscapes_AreDrones(string text, string expected) => Assert.AreEqual(expected, Apply(text));

    [TestMethod]
    [DataRow("${NAME-d}", "with a colon only")]
    [DataRow("${NAME+d}", "with a colon only")]
    [DataRow("${NAME?d}", "with a colon only")]
    [DataRow("${NAME@Q}", "no form that faas-cli knows")]
    [DataRow("${a.b}", "no form that faas-cli knows")]
    [DataRow("${!NAME}", "no name of a variable")]
    [DataRow("${}", "no name of a variable")]
    [DataRow("${#}", "no name of a variable")]
    [DataRow("${ NAME}", "no name of a variable")]
    [DataRow("${NAME", "closing brace is missing")]
    [DataRow("${", "closing brace is missing")]
    [DataRow("${NAME:-x", "closing brace is missing")]
    [DataRow("${NAME#x", "closing brace is missing")]
    [DataRow("${NAME^x}", "a closing brace belongs")]
    [DataRow("${NAME#}", "an argument is missing")]
    [DataRow("${NAME:}", "an argument is missing")]
    [DataRow("${NAME:1:}", "an argument is missing")]
    [DataRow("${NAME//l}", "the replacement is missing")]
    [DataRow("${NAME/l}", "the replacement is missing")]
    [DataRow("${NAME///x}", "an argument is missing")]
    public void Apply_FormsThatDroneRejects_AreErrorsWithPlace(string form, string expected)
    {
        var error = Errors("a: 1\nb: " + form);

        Assert.AreSame(StackDiagnostics.InvalidSubstitution, error.Descriptor);
        Assert.AreEqual(new SourceLocation("stack.yaml", 2, 4), error.Location);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    [DataRow("${NAME:0:-1}", "negative length makes faas-cli crash")]
    [DataRow("${UTF:1}", "cut a character in two")]
    [DataRow("${UTF:0:1}", "cut a character in two")]
    [DataRow("${NAME/#foo/}", "ignores an empty replacement")]
    [DataRow("${NAME/%Bar/}", "ignores an empty replacement")]
    [DataRow("${NAME%[a-z]}", "sets and backslashes")]
    [DataRow("${NAME%\\r}", "sets and backslashes")]
    [DataRow("${NAME#[a}", "set in brackets is malformed")]
    [DataRow("${NAME#a\\}", "ends with a backslash")]
    [DataRow("${NAME//${EMPTY}/x}", "text to replace is empty")]
    [DataRow("${NAME#${EMPTY}x}", "either text or one reference")]
    public void Apply_FormsThatDroneTakesWrong_AreErrorsDifference(string form, string expected) => Assert.Contains(expected, Error(form));

    [TestMethod]
    [DataRow("${NAME:+x}", "x")]
    [DataRow("${UNSET:+x}", "")]
    [DataRow("${EMPTY:+x}", "")]
    [DataRow("${NAME:?x}", "fooBar")]
    public void Apply_AlternativeAndRequired_AreTheShellsWithWarningDifference(string text, string expected)
    {
        var log = new RecordingLog();

        Assert.AreEqual(expected, Apply("k: " + text, log)[3..]);

        var warning = log.Diagnostics.Single();
        Assert.AreSame(StackDiagnostics.SubstitutionDiffers, warning.Descriptor);
        Assert.AreEqual(new SourceLocation("stack.yaml", 1, 4), warning.Location);
    }

    [TestMethod]
    [DataRow("${UNSET:?set it to ${NAME}}", "The variable 'UNSET' has no value: set it to ${NAME}. ")]
    [DataRow("${EMPTY:?}", "The variable 'EMPTY' has no value: the stack file requires it. ")]
    public void Apply_RequiredVariableMissing_IsErrorWithTheUsersText(string text, string expected)
    {
        var error = Errors(text);

        Assert.AreSame(StackDiagnostics.RequiredVariableMissing, error.Descriptor);
        Assert.StartsWith(expected, error.Message);
    }

    [TestMethod]
    [DataRow("\"\\\\d+ \\\\\\\\\"")]
    [DataRow("a \\\\ b")]
    public void Apply_DoubledBackslash_StaysAsItIsDifference(string text) => Assert.AreEqual(text, Apply(text));

    private static string Apply(string text, RecordingLog? log = null) =>
        VariableSubstitution.Apply(new YamlText("stack.yaml", text), Variables.GetValueOrDefault, log ?? new RecordingLog()).Content;

    private static Diagnostic Errors(string text) => Assert.ThrowsExactly<DiagnosticException>(() => Apply(text)).Diagnostics.Single();

    private static string Error(string text)
    {
        var error = Errors(text);
        Assert.AreSame(StackDiagnostics.InvalidSubstitution, error.Descriptor);
        return error.Message;
    }
}
