using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Sdk.Tests.Documentation;

/// <summary>sdk/README.md and the code say the same. <c>UPDATE_README=1</c> writes the generated tables anew.</summary>
[TestClass]
public sealed class DocumentationTests
{
    private const string NoEffect = "no effect";
    private static readonly string[] OwnWords = ["Function", "Container", "Image", "Registry", "Shrinkwrap", "BuildKit", "Kaniko", "OpenFaaS"];

    private readonly Readme readme = Readme.Load();
    private readonly SdkSurface surface = new();

    [TestMethod]
    public void GeneratedTables_EqualTheCode()
    {
        var expected = new Dictionary<string, string>
        {
            ["builders"] = GeneratedTables.Builders(),
            ["unsupported"] = GeneratedTables.Unsupported(),
            ["diagnostics"] = GeneratedTables.Diagnostics(),
        };
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(Readme.File, expected.Aggregate(readme, (text, table) => text.With(table.Key, table.Value)).Text);
            return;
        }

        foreach (var (name, table) in expected)
        {
            Assert.AreEqual(table, readme.Generated(name), $"The table '{name}' is out of date: run this test with UPDATE_README=1.");
        }
    }

    [TestMethod]
    public void Inputs_OfTheTargets_AreInTheReadme()
    {
        var own = surface.ReferencedProperties.Where(name => OwnWords.Any(word => name.Contains(word, StringComparison.Ordinal)));

        AssertNone(surface.PassedProperties.Union(surface.PassedItems.Keys).Union(own).Except(DocumentedInputs()), "in the targets and not in the readme");
    }

    [TestMethod]
    public void Inputs_OfTheReadme_AreInTheTargets()
    {
        var known = surface.PassedProperties.Union(surface.PassedItems.Keys).Union(surface.ReferencedProperties);

        AssertNone(DocumentedInputs().Except(known), "in the readme and not in the targets");
    }

    [TestMethod]
    public void Inputs_ThatTheModelReads_ArePassedAndInTheReadme()
    {
        AssertNone(surface.ReadInputs.Except(surface.PassedProperties.Union(surface.PassedItems.Keys)), "read and never passed");
        AssertNone(surface.ReadInputs.Except(DocumentedInputs()), "read and not in the readme");
    }

    [TestMethod]
    public void Inputs_WithoutEffect_AreExactlyThoseThatNothingReads()
    {
        var unused = surface.PassedProperties.Union(surface.PassedItems.Keys).Where(name => !surface.IsUsed(name));
        var documented = readme.Rows("input").Where(row => row.Any(text => text.Contains(NoEffect, StringComparison.Ordinal))).Select(row => row.Key);

        AssertSame(unused, documented);
    }

    [TestMethod]
    public void Metadata_OfItems_AreReadAndInTheReadme()
    {
        var rows = readme.Rows("input");
        foreach (var (item, names) in surface.PassedItems.Where(item => rows.Contains(item.Key)))
        {
            AssertNone(names.Except(surface.ReadMetadata), $"passed with @({item}) and never read");
            AssertNone(names.Where(name => !rows[item].Any(row => row.Contains($"`{name}`", StringComparison.Ordinal))), $"not in the row of @({item})");
        }
    }

    [TestMethod]
    public void Inputs_OnceEach_AreInOneTable()
    {
        var names = new[] { "input", "unsupported input" }.SelectMany(heading => readme.Rows(heading).SelectMany(row => row.Select(_ => row.Key))).ToList();

        CollectionAssert.AllItemsAreUnique(names);
    }

    [TestMethod]
    public void Outputs_EqualTheTargets() => AssertSame(surface.Outputs, Documented("output"));

    [TestMethod]
    public void Metadata_OfGeneratedContainer_EqualTheItem() => AssertSame(
        ContainerItem.Metadata(new ImageMetadata { FunctionName = "", Identity = "", DisplayName = "" }).Select(pair => pair.Key), Documented("metadata"));

    [TestMethod]
    public void Targets_EqualTheTargets() => AssertSame(surface.Targets, Documented("target"));

    [TestMethod]
    public void Files_EqualTheCode() => AssertSame(surface.Files, Documented("file"));

    [TestMethod]
    public void Variables_EqualTheCode() => AssertSame(surface.Variables, Documented("variable"));

    [TestMethod]
    public void RunVariables_EqualTheEntryPoint() => AssertSame(SdkSurface.RunVariables, Documented("run variable"));

    [TestMethod]
    public void Codes_AreUniqueAndCoverTheTargets()
    {
        var codes = DiagnosticCatalog.All.Select(row => row.Code).ToList();

        CollectionAssert.AllItemsAreUnique(codes);
        AssertSame(codes, Documented("code"));
        AssertNone(surface.ReportedCodes.Except(codes), "reported by a target and not in the catalog");
    }

    [TestMethod]
    public void ReservedBuilders_AreInTheReadme() => AssertNone(
        Builders.BuilderCatalog.Reserved.Where(name => !readme.Rows("input")["ContainerBuilder"].Single().Contains($"`{name}`", StringComparison.Ordinal)), "reserved");

    private HashSet<string> DocumentedInputs() => [.. Documented("input"), .. Documented("unsupported input")];

    private IEnumerable<string> Documented(string heading) => readme.Rows(heading).Select(row => row.Key);

    private static void AssertNone(IEnumerable<string> names, string what)
    {
        var list = names.Order(StringComparer.Ordinal).ToList();
        Assert.IsEmpty(list, $"{what}: {string.Join(", ", list)}");
    }

    private static void AssertSame(IEnumerable<string> code, IEnumerable<string> documented)
    {
        var (left, right) = (code.ToList(), documented.ToList());
        Assert.IsNotEmpty(left, "The code names none: the pattern of this test is out of date.");
        AssertNone(left.Except(right), "in the code and not in the readme");
        AssertNone(right.Except(left), "in the readme and not in the code");
    }
}
