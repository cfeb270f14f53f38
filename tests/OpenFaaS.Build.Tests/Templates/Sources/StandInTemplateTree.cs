using System.Text;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Tests.Templates.Sources;

/// <summary>Stands in for the tree on disk: keeps what it is given, and trusts it.</summary>
internal sealed class StandInTemplateTree : ITemplateTree
{
    /// <summary>Text of each file, before it <c>x</c> if it is executable.</summary>
    public SortedDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public async Task AddFileAsync(string path, bool isExecutable, Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        Files.Add(path, (isExecutable ? "x " : "- ") + Encoding.UTF8.GetString(bytes.ToArray()));
    }

    public void AddLink(string path, string target) => Files.Add(path, "l " + target);
}
