using System.Text;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

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

    /// <summary>Which engine honours which input.</summary>
    public static string Builders() => Table(
        ["input of a build", .. CapabilityTable.Engines.Select(engine => $"`{engine}`")],
        CapabilityTable.Rows.Select(row => new[] { BuilderModelReader.SpecialItems.Contains(row.Input, StringComparer.Ordinal) ? $"`@({row.Input})`" : $"`{row.Input}`" }
            .Concat(CapabilityTable.Engines.Select(engine =>
                !CapabilityTable.Of(engine).Honours.TryGetValue(row.Input, out var since) ? "error" : since is null ? "yes" : $"since {since}"))
            .ToArray()));

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
