using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class SolveRequestsTests
{
    private static readonly SolveExporter Image = new("image", new Dictionary<string, string> { ["name"] = "a/b" });

    [TestMethod]
    [DataRow(true, 0)]
    [DataRow(false, 1)]
    public void Of_OldDaemon_GetsTheOldestFormOfAnExporterAlone(bool isOld, int newForms)
    {
        var request = SolveRequests.Of(Plan(new RecordingLog(), exporter: Image, filename: "Dockerfile") with { OldestExporterForm = isOld }, "session");

        Assert.AreEqual(("image", "a/b"), (request.ExporterDeprecated, request.ExporterAttrsDeprecated["name"]));
        Assert.HasCount(newForms, request.Exporters);
    }
}
