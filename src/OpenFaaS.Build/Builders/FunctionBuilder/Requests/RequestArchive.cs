using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Requests;

/// <summary>
/// The body of a request: a tar, not compressed, that is made while it is sent. The context lies in the folder <c>context</c>; beside the folder are the order
/// and the sealed secrets.
/// </summary>
internal sealed class RequestArchive
{
    private const string Folder = "context";
    private const string Order = "com.openfaas.docker.config";
    private const string Secrets = "com.openfaas.secrets";
    private static readonly int FileMode = Convert.ToInt32("644", 8);
    private static readonly int PrivateMode = Convert.ToInt32("600", 8);
    private static readonly int FolderMode = Convert.ToInt32("755", 8);

    private readonly IReadOnlyList<ContextEntry> entries;
    private readonly long epoch;

    private RequestArchive(IReadOnlyList<ContextEntry> entries, long epoch) => (this.entries, this.epoch) = (entries, epoch);

    /// <summary>What comes after the entries.</summary>
    public static ReadOnlyMemory<byte> End { get; } = new byte[2 * TarHeader.BlockSize];

    /// <summary>Puts it together; files are not read yet.</summary>
    /// <param name="build">The build.</param>
    /// <param name="dockerfile">The Dockerfile as the builder is to read it.</param>
    /// <param name="order">What is to be built.</param>
    /// <param name="secrets">The sealed secrets; null for none.</param>
    /// <exception cref="DiagnosticException">A folder is where the Dockerfile, or the rules beside it, go.</exception>
    public static RequestArchive Of(ImageBuild build, string dockerfile, BuildOrder order, byte[]? secrets)
    {
        var context = RequestContext.Of(build, dockerfile);
        ContextEntry[] beside = secrets is null ? [FileOf(Order, FileMode, order.Write())] : [FileOf(Order, FileMode, order.Write()), FileOf(Secrets, PrivateMode, secrets)];
        return new RequestArchive([new ContextEntry(Folder, EntryKind.Directory, FolderMode), .. context.Select(Below), .. beside], build.Function.Image.Epoch);
    }

    /// <summary>Writes the entries; <see cref="End"/> is left to the caller.</summary>
    /// <exception cref="DiagnosticException">A file cannot be read, or has changed since it was found.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output, epoch);
        foreach (var entry in entries)
        {
            await tar.WriteAsync(entry, cancellationToken);
        }
    }

    private static ContextEntry Below(ContextEntry entry) => entry.HardLink is { } first
        ? entry with { Path = $"{Folder}/{entry.Path}", HardLink = $"{Folder}/{first}" }
        : entry with { Path = $"{Folder}/{entry.Path}" };

    private static ContextEntry FileOf(string name, int mode, byte[] content) => new(name, EntryKind.File, mode) { Size = content.Length, Content = new MemoryContent(content) };
}
