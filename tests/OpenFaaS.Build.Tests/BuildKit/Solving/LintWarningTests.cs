using Google.Protobuf;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class LintWarningTests
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public void Take_Rule_IsAWarningAtTheLine()
    {
        var progress = new SolveProgress(Plan(log, filename: "Dockerfile"), null);
        progress.Take(With(Warning("MaintainerDeprecated: Maintainer instruction is deprecated (line 3)", "Dockerfile", 3)));

        var warning = log.Diagnostics.Single();
        Assert.AreEqual("OFB5430", warning.Descriptor.Code);
        Assert.AreEqual(DiagnosticSeverity.Warning, warning.Descriptor.Severity);
        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 3), warning.Location);
        Assert.StartsWith("MaintainerDeprecated: Maintainer instruction is deprecated (https://docs.example.com/rule/).", warning.Message);
    }

    [TestMethod]
    public void Take_TheSameOfSeveralPlatforms_IsToldOnce()
    {
        var progress = new SolveProgress(Plan(log), null);
        for (var i = 0; i < 5; i++)
        {
            progress.Take(With(Warning("A: text", "Dockerfile", 3), Warning("A: text", "Dockerfile", 4)));
        }

        Assert.HasCount(2, log.Diagnostics);
    }

    [TestMethod]
    public void Take_TheSameOfAFurtherSolve_IsToldOnce()
    {
        var told = new WarningMemory();
        for (var i = 0; i < 3; i++)
        {
            new SolveProgress(Plan(log), null, told).Take(With(Warning("A: text", "Dockerfile", 3)));
        }

        Assert.HasCount(1, log.Diagnostics);
    }

    [TestMethod]
    public void Take_LineInTheTextOnly_IsRead()
    {
        var progress = new SolveProgress(Plan(log), null);
        progress.Take(With(Warning("A: text (line 12)", null, 0)));

        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 12), log.Diagnostics.Single().Location);
    }

    [TestMethod]
    public void Take_OtherFile_KeepsItsName()
    {
        var progress = new SolveProgress(Plan(log, filename: "build/Dockerfile"), null);
        progress.Take(With(Warning("A: text", ".dockerignore", 1)));

        Assert.AreEqual(new SourceLocation(".dockerignore", 1), log.Diagnostics.Single().Location);
    }

    [TestMethod]
    public void Take_Thousands_AreBounded()
    {
        var progress = new SolveProgress(Plan(log), null);
        for (var i = 1; i <= 5000; i++)
        {
            progress.Take(With(Warning("A: text", "Dockerfile", i)));
        }

        progress.End();

        Assert.HasCount(101, log.Diagnostics);
        Assert.AreEqual("OFB5431", log.Diagnostics.Last().Descriptor.Code);
        Assert.Contains("4900 further", log.Diagnostics.Last().Message);
    }

    private static VertexWarning Warning(string text, string? file, int line)
    {
        var warning = new VertexWarning
        {
            Vertex = Digest('a'),
            Short = ByteString.CopyFromUtf8(text),
            Url = "https://docs.example.com/rule/",
            Info = file is null ? null : new SourceInfo { Filename = file },
        };
        if (line > 0)
        {
            warning.Ranges.Add(new SourceRange { Start = new Position { Line = line }, End = new Position { Line = line } });
        }

        return warning;
    }
}
