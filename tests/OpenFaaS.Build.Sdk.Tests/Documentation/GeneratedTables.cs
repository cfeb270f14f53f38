using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;

namespace OpenFaaS.Build.Sdk.Tests.Documentation;

/// <summary>The tables of the readme that are made from the product's own.</summary>
internal static class GeneratedTables
{
    /// <summary>Every diagnostic.</summary>
    public static string Diagnostics() => Table(
        ["code", "severity", "message", "cause", "next step"],
        DiagnosticCatalog.All.Select(row => new[]
        {
            $"`{row.Code}`", row.Severity.ToString().ToLowerInvariant(), Readme.Cell(row.Format), Readme.Cell(row.Cause), Readme.Cell(row.NextStep),
        }));

    /// <summary>Inputs that nothing honours yet.</summary>
    public static string Unsupported() => Table(
        ["unsupported input", "harmless value"],
        UnsupportedInputs.Properties.Select(pair => new[] { $"`{pair.Key}`", pair.Value is null ? "" : $"`{pair.Value}`" })
            .Concat(UnsupportedInputs.Items.Select(item => new[] { $"`@({item})`", "" })));

    /// <summary>Which builder honours which special input.</summary>
    public static async Task<string> BuildersAsync(string folder)
    {
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(folder, "x.csproj"),
            ProjectName = "x",
            ProjectDirectory = folder,
            Shape = "any",
            OutputDirectory = folder,
            Properties = new Dictionary<string, string> { ["FunctionTemplate"] = "dockerfile" },
        };
        await using var session = await SingleFunction.OpenAsync(request, _ => null, new RecordingLog(), CancellationToken.None);
        var builders = session.Catalog.Builders.Select(builder => builder.Capabilities).ToList();
        var inputs = BuilderModelReader.SpecialProperties.Select(name => (Name: name, Shown: $"`{name}`"))
            .Concat(BuilderModelReader.SpecialItems.Select(name => (Name: name, Shown: $"`@({name})`")));
        return Table(
            ["special input", .. builders.Select(builder => $"`{builder.Name}`")],
            inputs.Select(input => new[] { input.Shown }.Concat(builders.Select(builder => builder.Honours.Contains(input.Name) ? "honoured" : "error")).ToArray()));
    }

    private static string Table(string[] headings, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend([.. headings.Select(_ => "---")]).Prepend(headings))
        {
            var cells = row[0] == "---" ? string.Join('|', row) : " " + string.Join(" | ", row) + " ";
            text.Append('|').Append(cells).Append("|\n");
        }

        return text.ToString();
    }
}
