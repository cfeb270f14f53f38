using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>What a build writes beside its image: no context holds it.</summary>
internal static class StepOutputs
{
    private const string Destination = "dest";

    /// <summary>Full paths of further outputs, local caches and the trace.</summary>
    public static IEnumerable<string> Of(FunctionModel function)
    {
        var written = Further(function).Concat(PathsOf(function.Builder.Steps.CacheTo, function));
        return function.Builder.TraceFile is { } trace ? written.Append(trace) : written;
    }

    /// <summary>Full paths of further outputs alone, without a slash at the end: each is one output's own, whereas caches and traces are shared.</summary>
    public static IEnumerable<string> Further(FunctionModel function) => PathsOf(function.Builder.Steps.Outputs, function);

    private static IEnumerable<string> PathsOf(IEnumerable<string> texts, FunctionModel function) =>
        texts.Select(text => DestinationOf(text.Replace("{function}", function.Name.Value, StringComparison.Ordinal)))
            .OfType<string>()
            .Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, function.BaseFolder)));

    private static string? DestinationOf(string text)
    {
        try
        {
            return CacheValue.Parse(text).Attributes.GetValueOrDefault(Destination) is { Length: > 0 } path ? path : null;
        }
        catch (FormatException)
        {
            // An error of its own, told where it is read.
            return null;
        }
    }
}
