using System.Reflection;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tasks.Tests;

[TestClass]
public sealed class TaskDiagnosticsTests
{
    public static IEnumerable<string> Names => typeof(TaskDiagnostics).GetFields(BindingFlags.Public | BindingFlags.Static).Select(row => row.Name);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Row_InTask_IsTheRowOfTheTable(string name)
    {
        var row = (TaskDiagnostic)typeof(TaskDiagnostics).GetField(name)!.GetValue(null)!;

        var documented = DiagnosticCatalog.All.Single(descriptor => descriptor.Code == row.Code);

        Assert.AreEqual(DiagnosticSeverity.Error, documented.Severity);
        Assert.AreEqual(documented.Format, row.Format);
        Assert.AreEqual(documented.NextStep, row.NextStep);
    }
}
