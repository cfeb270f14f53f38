using System.Buffers;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>Writes options of the form <c>key=value,key=value</c>, which tools read as a record of comma-separated values.</summary>
internal static class CsvFields
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>The record; fields with commas or quotes are quoted.</summary>
    public static string Join(params IEnumerable<string> fields) =>
        string.Join(',', fields.Select(field => field.AsSpan().ContainsAny(Special) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field));
}
