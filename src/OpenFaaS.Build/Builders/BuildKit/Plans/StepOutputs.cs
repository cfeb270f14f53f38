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
        var written = function.Builder.Steps.Outputs.Concat(function.Builder.Steps.CacheTo)
            .Select(text => DestinationOf(text.Replace("{function}", function.Name.Value, StringComparison.Ordinal)))
            .OfType<string>()
            .Select(path => Path.GetFullPath(path, function.BaseFolder));
        return function.Builder.TraceFile is { } trace ? written.Append(trace) : written;
    }

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
