using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>Caches as arguments of tools that take BuildKit's form.</summary>
/// <param name="From">Values of <c>--cache-from</c>.</param>
/// <param name="To">Values of <c>--cache-to</c>.</param>
/// <param name="References">Images of registries that are read or written.</param>
internal sealed record CacheArguments(IReadOnlyList<string> From, IReadOnlyList<string> To, IReadOnlyList<ImageReference> References)
{
    /// <summary>Reads the caches of a build.</summary>
    /// <param name="build">The build.</param>
    /// <param name="tool">The tool, for messages.</param>
    /// <exception cref="DiagnosticException">One is malformed, or would need more than a command line.</exception>
    public static CacheArguments Of(ImageBuild build, string tool)
    {
        var steps = build.Function.Builder.Steps;
        List<ImageReference> references = [];
        return new CacheArguments(
            [.. steps.CacheFrom.Select((text, index) => Read(text, index, "ContainerCacheFrom", "src"))],
            [.. steps.CacheTo.Select((text, index) => Read(text, index, "ContainerCacheTo", "dest"))],
            references);

        string Read(string text, int index, string item, string path)
        {
            try
            {
                var value = CacheValue.Parse(text.Replace("{function}", build.Function.Name.Value, StringComparison.Ordinal));
                var attributes = Complete(value, item, path);
                return CsvFields.Join(attributes.Select(pair => $"{pair.Key}={pair.Value}").Prepend("type=" + value.Type));
            }
            catch (FormatException e)
            {
                throw LegacyToolDiagnostics.CacheNotPossible.With(index + 1, item, tool, e.Message).At(build.Function.Origin).ToException(e);
            }
        }

        IReadOnlyDictionary<string, string> Complete(CacheValue value, string item, string path)
        {
            switch (value.Type)
            {
                case "registry":
                    references.Add(ImageReference.TryParse(value.Attributes.GetValueOrDefault("ref") ?? "", out var reference) ? reference : throw new FormatException("its ref is no image reference"));
                    return value.Attributes;
                case "local":
                    var folder = value.Attributes.GetValueOrDefault(path) ?? throw new FormatException($"it has no {path}");
                    return new SortedDictionary<string, string>(value.Attributes.ToDictionary(), StringComparer.Ordinal) { [path] = Path.GetFullPath(folder, build.Function.BaseFolder) };
                case "inline" when item == "ContainerCacheTo":
                    return value.Attributes;
                default:
                    throw new FormatException($"type={value.Type} is not passed on");
            }
        }
    }
}
