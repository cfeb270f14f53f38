using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>An output beside the image, received into a file or folder.</summary>
/// <param name="Exporter">What the daemon is told.</param>
/// <param name="Receiver">Takes up what it sends.</param>
internal sealed record FurtherOutput(SolveExporter Exporter, IOutputReceiver Receiver)
{
    private const string FunctionMark = "{function}";

    /// <summary>Reads an item of <c>@(ContainerOutput)</c>: BuildKit's form, <c>type=local,dest=out</c>.</summary>
    /// <param name="text">The item.</param>
    /// <param name="function">The function that is built.</param>
    /// <param name="log">Is told of files that a folder cannot hold.</param>
    /// <exception cref="DiagnosticException">The form is another, or the type is none that can be received.</exception>
    public static FurtherOutput Read(string text, FunctionModel function, IBuildLog log)
    {
        var (type, fields) = Parse(text, function);
        if (type is not ("local" or "tar" or "oci" or "docker"))
        {
            throw Invalid(text, $"the type is '{type}', which is none of local, tar, oci, docker", function);
        }

        if (!fields.TryGetValue("dest", out var destination) || destination.Length == 0 || destination == "-")
        {
            throw Invalid(text, "it names no dest=PATH", function);
        }

        var path = Path.GetFullPath(destination.Replace(FunctionMark, function.Name.Value, StringComparison.Ordinal), function.BaseFolder);
        var attributes = fields.Where(field => field.Key != "dest").ToDictionary(StringComparer.Ordinal);
        if (type is "oci" or "docker" && !attributes.ContainsKey("name"))
        {
            attributes["name"] = ExporterAttributes.Names(function.Destination.Names);
        }

        return new FurtherOutput(new SolveExporter(type, attributes), type == "local" ? new FolderReceiver(path, log) : ArchiveReceiver.ToFile(path));
    }

    private static CacheValue Parse(string text, FunctionModel function)
    {
        try
        {
            return CacheValue.Parse(text);
        }
        catch (FormatException e)
        {
            throw Invalid(text, e.Message, function);
        }
    }

    private static DiagnosticException Invalid(string text, string reason, FunctionModel function) =>
        BuildKitBuildDiagnostics.InvalidOutput.With(text, reason).At(function.Origin).ToException();
}
