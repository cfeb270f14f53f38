using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Model;

/// <summary>Reads where containerd is.</summary>
internal static partial class ContainerdReader
{
    private const string Scheme = "unix://";

    public static ContainerdModel Read(InputReader reader) => new(Address(reader), Namespace(reader));

    private static string? Address(InputReader reader)
    {
        var text = reader.Text("ContainerdAddress");
        var path = text?.StartsWith(Scheme, StringComparison.Ordinal) == true ? text[Scheme.Length..] : text;
        if (path is not null && !Path.IsPathFullyQualified(path))
        {
            reader.Invalid("ContainerdAddress", text!, "the full path of a socket, with or without unix://");
        }

        return path;
    }

    private static string? Namespace(InputReader reader)
    {
        var text = reader.Text("ContainerdNamespace");
        if (text is not null && (text.Length > 76 || !NamespaceName().IsMatch(text)))
        {
            reader.Invalid("ContainerdNamespace", text, "letters and digits, with single '.', '_' or '-' between them, at most 76");
        }

        return text;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceName();
}
