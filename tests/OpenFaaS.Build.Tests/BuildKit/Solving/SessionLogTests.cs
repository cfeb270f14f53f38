using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class SessionLogTests
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public void Report_Error_IsKeptBackAsTheFailure()
    {
        var session = new SessionLog(log);
        session.Report(LayerDiagnostics.FileChanged.With("x", "it shrank"));
        session.Report(LayerDiagnostics.FileChanged.With("y", "it grew"));

        Assert.IsEmpty(log.Diagnostics);
        CollectionAssert.AreEqual(new[] { "OFB4001", "OFB4001" }, session.Failure!.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code).ToArray());
        Assert.Contains("'x'", session.Failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public void ReportAccess_SameFailureTwice_IsKeptOnceAndNoFailure()
    {
        var session = new SessionLog(log);
        session.ReportAccess(RegistryDiagnostics.RealmRefused.With("x", "y", "no"));
        session.ReportAccess(RegistryDiagnostics.RealmRefused.With("x", "y", "no"));
        session.ReportAccess(RegistryDiagnostics.RealmRefused.With("x", "z", "no"));

        Assert.HasCount(2, session.FailedAccess);
        Assert.IsNull(session.Failure);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public void Report_WarningsAndMessages_AreHandedOn()
    {
        var session = new SessionLog(log);
        session.Report(BuildKitSolveDiagnostics.StepIgnored.With("a", "b"));
        session.Message(MessageImportance.Low, "text");

        Assert.IsNull(session.Failure);
        Assert.HasCount(1, log.Diagnostics);
        Assert.AreEqual("text", log.Messages.Single());
    }
}
