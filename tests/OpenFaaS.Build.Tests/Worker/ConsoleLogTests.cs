using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Worker;

namespace OpenFaaS.Build.Tests.Worker;

[TestClass]
public sealed class ConsoleLogTests
{
    [TestMethod]
    [DataRow(null, 0, 0, "OpenFaaS.Build.Sdk : error OFB1005: ")]
    [DataRow("/a b/fn.csproj", 0, 0, "/a b/fn.csproj: error OFB1005: ")]
    [DataRow("Dockerfile", 3, 0, "Dockerfile(3): error OFB1005: ")]
    [DataRow("stack.yml", 3, 5, "stack.yml(3,5): error OFB1005: ")]
    [DataRow("a\nb: error OFB1: x", 0, 0, "a b: error OFB1: x: error OFB1005: ")]
    public void Report_Location_IsTheOriginOfACanonicalLine(string? file, int line, int column, string start)
    {
        var diagnostic = InputDiagnostics.TemplateRequired.With().At(file is null ? null : new SourceLocation(file, line, column));

        var text = Written(log => log.Report(diagnostic));

        Assert.StartsWith(start, text);
        Assert.EndsWith(InputDiagnostics.TemplateRequired.NextStep + "\n", text);
    }

    [TestMethod]
    public void Report_LineBreaksInTheMessage_StayOneLine()
    {
        var text = Written(log => log.Report(InputDiagnostics.InvalidFunctionName.With("a\r\nx: error OFB9999: forged\n##vso[task.complete]")));

        Assert.HasCount(1, text.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("##vso[", text);
    }

    [TestMethod]
    public void Message_SeveralLines_AllCarryThePrefix()
    {
        var text = Written(log => log.Message(MessageImportance.Normal, "one\r\ntwo\nx: error OFB1001: three"));

        Assert.AreEqual("N|one\nN|two\nN|x: error OFB1001: three\n", text);
    }

    [TestMethod]
    [DataRow("##vso[task.setvariable variable=x]y", "H|# #vso[task.setvariable variable=x]y")]
    [DataRow("said ##VSO[task.complete]", "H|said # #vso[task.complete]")]
    [DataRow("##[error]no", "H|# #[error]no")]
    [DataRow("::set-output name=x::y", "H|: :set-output name=x::y")]
    [DataRow("  ::error::y", "H|  : :error::y")]
    [DataRow("\t::error::y", "H| : :error::y")]
    [DataRow("std::vector", "H|std::vector")]
    [DataRow("a\u001b[2Kb\u0000\u0085\u202e", "H|a\uFFFD[2Kb\uFFFD\uFFFD\uFFFD")]
    public void Message_FromOutside_CommandsNobody(string text, string expected) =>
        Assert.AreEqual(expected + "\n", Written(log => log.Message(MessageImportance.High, text)));

    [TestMethod]
    public void Message_VeryLongLine_IsCut() =>
        Assert.IsLessThan(10_000, Written(log => log.Message(MessageImportance.Low, new string('x', 1_000_000))).Length);

    private static string Written(Action<ConsoleLog> act)
    {
        var stream = new MemoryStream();
        using (var log = new ConsoleLog(stream))
        {
            act(log);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
