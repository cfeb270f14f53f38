using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.Diagnostics;

[TestClass]
public sealed class DiagnosticCatalogTests
{
    [TestMethod]
    public void All_Codes_AreUniqueAndWellFormed()
    {
        var codes = DiagnosticCatalog.All.Select(row => row.Code).ToList();

        CollectionAssert.AllItemsAreUnique(codes);
        foreach (var code in codes)
        {
            Assert.MatchesRegex("^OFB[1-9][0-9]{3}$", code);
        }
    }

    [TestMethod]
    public void All_Rows_SayCauseAndNextStep()
    {
        foreach (var row in DiagnosticCatalog.All)
        {
            Assert.EndsWith(".", row.Cause, $"{row.Code}: cause");
            Assert.EndsWith(".", row.NextStep, $"{row.Code}: next step");
        }
    }

    [TestMethod]
    public void All_CausesAndNextSteps_HoldNoPlaceholders()
    {
        foreach (var row in DiagnosticCatalog.All)
        {
            Assert.DoesNotMatchRegex(@"\{\d", row.Cause, $"{row.Code}: cause");
            Assert.DoesNotMatchRegex(@"\{\d", row.NextStep, $"{row.Code}: next step");
        }
    }

    [TestMethod]
    public void All_Messages_AreFilledCompletely()
    {
        foreach (var row in DiagnosticCatalog.All)
        {
            Assert.DoesNotMatchRegex(@"\{\d", row.With("a", "b", "c", "d").Message, row.Code);
        }
    }
}
