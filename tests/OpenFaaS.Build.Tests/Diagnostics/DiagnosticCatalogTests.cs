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
}
