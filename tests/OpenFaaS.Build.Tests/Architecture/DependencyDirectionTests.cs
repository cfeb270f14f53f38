using System.Text.RegularExpressions;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Architecture;

[TestClass]
public sealed partial class DependencyDirectionTests
{
    private const string Root = "OpenFaaS.Build";

    [TestMethod]
    public void Types_OfTheLibrary_UseOnlyWhatIsBelowThem() =>
        Assert.AreEqual("", string.Join('\n', DependencyOrder.Violations(typeof(Digest).Assembly, Root)));

    [TestMethod]
    public void Usings_OfTheLibrary_NameOnlyWhatIsBelowThem()
    {
        // The compiled code does not show constants.
        var violations =
            from file in SourceTree.Files("src/OpenFaaS.Build", ".cs")
            let user = Path.GetDirectoryName(SourceTree.Relative("src/OpenFaaS.Build", file))!.Replace(Path.DirectorySeparatorChar, '.')
            from Match match in Using().Matches(File.ReadAllText(file))
            where !DependencyOrder.Allows(user, match.Groups[1].Value)
            select $"{user}/{Path.GetFileName(file)}: {match.Value}";

        Assert.AreEqual("", string.Join('\n', violations));
    }

    [TestMethod]
    public void Folders_OfTheLibrary_EachHaveTheirPlace()
    {
        var folders = SourceTree.Files("src/OpenFaaS.Build", ".cs")
            .Select(file => SourceTree.Relative("src/OpenFaaS.Build", file).Split(Path.DirectorySeparatorChar)[0])
            .Distinct(StringComparer.Ordinal);

        CollectionAssert.AreEquivalent(DependencyOrder.Folders.ToArray(), folders.ToArray());
    }

    [TestMethod]
    [DataRow("Oci.UsesInABody")]
    [DataRow("Oci.UsesInAnAsyncLambda")]
    [DataRow("Oci.UsesAsGenericArgument")]
    [DataRow("Oci.UsesAsAttribute")]
    [DataRow("Oci.UsesAsConstraint`1")]
    [DataRow("Oci.UsesInCatch")]
    [DataRow("Builders.Docker.UsesAnotherBuilder")]
    [DataRow("Builders.UsesOneBuilder")]
    [DataRow("Elsewhere.HasNoPlace")]
    public void Violations_FabricatedType_AreFound(string name)
    {
        const string Fabricated = "OpenFaaS.Build.Tests.Architecture.Fabricated";

        var violations = DependencyOrder.Violations(typeof(DependencyDirectionTests).Assembly, Fabricated);

        Assert.Contains(line => line.StartsWith($"{Fabricated}.{name} ", StringComparison.Ordinal)
            || line.StartsWith($"{Fabricated}.{name}+", StringComparison.Ordinal), violations);
        Assert.DoesNotContain(line => line.Contains("Fabricated.Publishing.UsesWhatIsBelow ", StringComparison.Ordinal), violations);
    }

    [GeneratedRegex(@"^using (?:static )?OpenFaaS\.Build\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
