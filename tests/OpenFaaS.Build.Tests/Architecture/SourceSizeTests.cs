namespace OpenFaaS.Build.Tests.Architecture;

[TestClass]
public sealed class SourceSizeTests
{
    private static readonly string[] Sources = [".cs", ".props", ".targets", ".csproj", ".txt"];

    [TestMethod]
    [DataRow("src")]
    [DataRow("sdk")]
    public void Files_OfTheProduct_AreShort(string folder)
    {
        var lengths = SourceTree.Files(folder, Sources).Select(file => (Name: SourceTree.Relative(folder, file), Lines: File.ReadLines(file).Count())).ToList();

        Assert.IsNotEmpty(lengths);
        Assert.AreEqual("", string.Join('\n', lengths.Where(file => file.Lines >= 300)));
        Assert.IsLessThan(150, lengths.Select(file => file.Lines).Order().ElementAt(lengths.Count / 2));
    }
}
