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
        if (type == "docker" && (function.Image.Platforms.Count > 1 || function.Builder.Steps.Provenance is not null || function.Builder.Steps.Sbom is not null))
        {
            throw Invalid(text, "type=docker holds one image of one platform, without attestations; type=oci holds all of it", function);
        }

        var attributes = Attributes(type, function);
        if (fields.ContainsKey(ExporterAttributes.Compression))
        {
            attributes.Remove(ExporterAttributes.CompressionLevel);
        }

        foreach (var (key, value) in fields.Where(field => field.Key != "dest"))
        {
            attributes[key] = value;
        }

        if (type is "oci" or "docker" && !attributes.ContainsKey("name"))
        {
            attributes["name"] = ExporterAttributes.Names(function.Destination.Names);
        }

        return new FurtherOutput(new SolveExporter(type, attributes), type == "local" ? new FolderReceiver(path, log) : ArchiveReceiver.ToFile(path));
    }

    // An archive of the image is as the image; what the item says itself counts more.
    private static SortedDictionary<string, string> Attributes(string type, FunctionModel function)
    {
        var ofImage = ExporterAttributes.Of(function.Image, function.Builder.Steps);
        return type switch
        {
            "oci" => ofImage,
            "docker" => new SortedDictionary<string, string>(ofImage.Where(attribute => attribute.Key == ExporterAttributes.RewrittenTimes).ToDictionary(), StringComparer.Ordinal),
            _ => new SortedDictionary<string, string>(StringComparer.Ordinal),
        };
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
