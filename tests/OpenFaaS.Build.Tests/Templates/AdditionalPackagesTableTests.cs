using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates;

/// <summary>Section 2.4 of faas-cli's measured behaviour: how build options and <c>ADDITIONAL_PACKAGE</c> become one argument.</summary>
[TestClass]
public sealed class AdditionalPackagesTableTests(TestContext context)
{
    [TestMethod]
    [DataRow("", null, "", DisplayName = "nothing asked for: the argument is there and empty")]
    [DataRow("dev", null, "gcc git make", DisplayName = "sorted by bytes")]
    [DataRow("dev;sql", null, "gcc git libpq make", DisplayName = "without duplicates")]
    [DataRow("sql;dev", null, "gcc git libpq make", DisplayName = "in whatever order")]
    [DataRow("dev", "zip  make curl", "curl gcc git make zip", DisplayName = "joined with the argument, which is split at blanks")]
    [DataRow("", "b a b", "a b", DisplayName = "the argument alone is sorted and without duplicates, too")]
    [DataRow("", "Zip apk", "Zip apk", DisplayName = "capitals come first")]
    [DataRow("", "a\tb c", "a\tb c", DisplayName = "a tab does not separate")]
    public void Of_Row_IsWhatFaasCliPasses(string options, string? given, string expected)
    {
        var (function, template) = Read(options);

        Assert.AreEqual(expected, AdditionalPackages.Of(function, template, given));
    }

    [TestMethod]
    public void Of_OptionThatTheTemplateDoesNotOffer_IsAnErrorThatNamesThoseItDoes()
    {
        var (function, template) = Read("dve");

        var error = Assert.ThrowsExactly<DiagnosticException>(() => AdditionalPackages.Of(function, template, null));

        Assert.Contains("dev, sql", error.Diagnostics.Single().Message);
    }

    private (FunctionModel Function, TemplateFolder? Template) Read(string options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "project")).FullName;
        var template = Directory.CreateDirectory(Path.Combine(folder, "template", "any")).FullName;
        File.WriteAllText(
            Path.Combine(template, "template.yml"),
            "build_options:\n  - name: dev\n    packages: [make, gcc, git]\n  - name: sql\n    packages:\n      - libpq\n      - gcc\n");
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(folder, "any.csproj"),
            ProjectName = "any",
            ProjectDirectory = folder + "/",
            Shape = "any",
            OutputDirectory = Path.Combine(folder, "obj") + "/",
            Properties = new Dictionary<string, string> { ["FunctionTemplate"] = "any" },
            Items = new Dictionary<string, IReadOnlyList<RequestItem>>
            {
                ["FunctionBuildOption"] = [.. options.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(option => new RequestItem(option))],
            },
        };
        var function = FunctionModelReader.Read(request, static _ => null);
        return (function, TemplateLocator.Find(function, null));
    }
}
