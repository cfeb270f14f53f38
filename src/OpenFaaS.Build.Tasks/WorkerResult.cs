using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace OpenFaaS.Build.Tasks;

/// <summary>The worker's result: properties by name and items with metadata.</summary>
internal sealed class WorkerResult
{
    private const int MaximumSize = 64 * 1024 * 1024;

    private static readonly char[] Special = ['%', '*', '?', '@', '$', '(', ')', ';', '\''];

    private readonly IReadOnlyDictionary<string, string> properties;

    private WorkerResult(XElement root)
    {
        properties = Members(root.Element("properties"));
        Containers = [.. (root.Element("containers")?.Elements() ?? []).Select(Item)];
    }

    /// <summary><c>@(GeneratedContainer)</c>.</summary>
    public ITaskItem[] Containers { get; }

    /// <summary>A property; empty if the result has none of that name.</summary>
    public string Property(string name) => properties.TryGetValue(name, out var value) ? value : "";

    /// <exception cref="IOException">There is no such file, or it is too large.</exception>
    /// <exception cref="FormatException">It holds no result.</exception>
    public static WorkerResult Read(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > MaximumSize)
        {
            throw new IOException("it is larger than 64 MiB.");
        }

        var quotas = new XmlDictionaryReaderQuotas { MaxDepth = 8, MaxStringContentLength = MaximumSize, MaxArrayLength = MaximumSize, MaxBytesPerRead = MaximumSize, MaxNameTableCharCount = 1024 * 1024 };
        try
        {
            using var reader = JsonReaderWriterFactory.CreateJsonReader(stream, Encoding.UTF8, quotas, null);
            return new WorkerResult(XElement.Load(reader));
        }
        catch (Exception e) when (e is XmlException or ArgumentException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static ITaskItem Item(XElement element)
    {
        var item = new TaskItem(Escape(element.Element("include")?.Value ?? ""));
        foreach (var datum in Members(element.Element("metadata")))
        {
            ((ITaskItem2)item).SetMetadataValueLiteral(datum.Key, datum.Value);
        }

        return item;
    }

    // A JSON name that is no XML name becomes an attribute.
    private static Dictionary<string, string> Members(XElement? element) =>
        (element?.Elements() ?? []).ToDictionary(member => (string?)member.Attribute("item") ?? member.Name.LocalName, member => member.Value, StringComparer.Ordinal);

    private static string Escape(string text) =>
        text.IndexOfAny(Special) < 0 ? text : string.Concat(text.Select(c => Array.IndexOf(Special, c) < 0 ? c.ToString() : "%" + ((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
}
