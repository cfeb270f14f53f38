using System.Text.RegularExpressions;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Sdk.Tests.Documentation;

namespace OpenFaaS.Build.Sdk.Tests.NewTemplates;

/// <summary>The template package's readme and its templates say the same.</summary>
[TestClass]
public sealed partial class TemplateReadmeTests
{
    private static string Text { get; } = File.ReadAllText(Path.Combine(TemplateDefinition.Sources, "README.md"));

    [TestMethod]
    public void Options_EqualTheTemplates()
    {
        var all = TemplateDefinition.All;
        var expected = all.SelectMany(template => template.Parameters.Select(parameter => (Template: template, Parameter: parameter)))
            .GroupBy(pair => pair.Template.Option(pair.Parameter)).Select(group => string.Join(" | ",
                Code(group.Key.Long),
                Code(group.Key.Short),
                group.Count() == all.Count ? "all" : string.Join(", ", group.Select(pair => Code(pair.Template.ShortName))),
                Default(group.Select(pair => pair.Template.Default(pair.Parameter)).Distinct().Single())));

        var documented = Rows("option").Select(row => string.Join(" | ", row.Take(4)));

        CollectionAssert.AreEquivalent(expected.ToList(), documented.ToList());
    }

    [TestMethod]
    public void Templates_EqualTheFolders()
    {
        Assert.IsNotEmpty(TemplateDefinition.All);
        CollectionAssert.AreEquivalent(TemplateDefinition.All.Select(template => Code(template.ShortName)).ToList(), Rows("template").Select(row => row[0]).ToList());
        Assert.AreSequenceEqual(TemplateDefinition.All.Select(template => template.ShortName), TemplateDefinition.All.Select(template => Path.GetFileName(template.Folder)));
    }

    [TestMethod]
    public void Profiles_EqualTheFiles()
    {
        var files = Directory.GetFiles(Path.Combine(TemplateDefinition.Sources, "shared/every-template/Properties/PublishProfiles"));

        CollectionAssert.AreEquivalent(files.Select(file => Code(Path.GetFileNameWithoutExtension(file))).ToList(), Rows("profile").Select(row => row[0]).ToList());
    }

    [TestMethod]
    public void BuilderChoices_EqualTheBuilders()
    {
        var builders = CapabilityTable.Engines.Select(engine => CapabilityTable.Of(engine).Name);

        foreach (var template in TemplateDefinition.All)
        {
            CollectionAssert.AreEquivalent(builders.Concat(["auto", "none"]).Distinct().ToList(), template.Choices("builder").ToList(), template.ShortName);
        }
    }

    [TestMethod]
    public void IdeHost_ShowsParametersThatExist()
    {
        foreach (var template in TemplateDefinition.All)
        {
            var shown = template.Ide.GetProperty("symbolInfo").EnumerateArray().Select(symbol => symbol.GetProperty("id").GetString()!).ToList();

            Assert.AreSequenceEqual(template.Parameters.Where(parameter => parameter != "sdkVersion"), shown, template.ShortName);
        }
    }

    private static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    private static string Default(string value) => value == "PACKAGE_VERSION" ? "the package's version" : Code(value);

    private static List<string[]> Rows(string heading)
    {
        var rows = Text.Split('\n').SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.IsNotEmpty(rows, $"The readme has no table of '{heading}'.");
        return rows;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();
}
