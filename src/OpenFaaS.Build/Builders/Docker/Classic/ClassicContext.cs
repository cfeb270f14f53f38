using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>
/// The build context as the classic builder gets it: a tar that is made while it is sent. The Dockerfile travels in it under a name of its own and is
/// hidden from the steps by <c>.dockerignore</c>, which the builder reads for nothing else.
/// </summary>
internal sealed class ClassicContext
{
    private const string IgnoreFile = ".dockerignore";
    private const string HiddenName = ".openfaas.Dockerfile";
    private static readonly int FileMode = Convert.ToInt32("644", 8);

    private readonly IReadOnlyList<ContextEntry> entries;
    private readonly long epoch;

    private ClassicContext(string dockerfile, IReadOnlyList<ContextEntry> entries, long epoch) => (DockerfileName, this.entries, this.epoch) = (dockerfile, entries, epoch);

    /// <summary>Path of the Dockerfile in the tar.</summary>
    public string DockerfileName { get; }

    /// <summary>Puts the Dockerfile beside the context's files.</summary>
    /// <param name="build">The build.</param>
    /// <param name="dockerfile">The Dockerfile as this builder can read it.</param>
    /// <exception cref="Diagnostics.DiagnosticException">A file of the context cannot be read.</exception>
    public static ClassicContext Of(ImageBuild build, string dockerfile)
    {
        var text = Encoding.UTF8.GetBytes(dockerfile);
        var epoch = build.Function.Image.Epoch;
        if (build.Context.Find(build.Function.Builder.Dockerfile) is { Kind: EntryKind.File } own && own.Size == text.Length && Read(own).AsSpan().SequenceEqual(text))
        {
            return new ClassicContext(own.Path, build.Context, epoch);
        }

        var name = HiddenName;
        for (var i = 2; build.Context.Find(name) is not null; i++)
        {
            name = $"{HiddenName}.{i}";
        }

        // One that is part of the context stays so, with a line more; one of our own is hidden as well.
        var rules = build.Context.Find(IgnoreFile);
        var start = rules is { Kind: EntryKind.File } ? Read(rules) : Encoding.UTF8.GetBytes(IgnoreFile);
        byte[] hiding = [.. start, .. Encoding.UTF8.GetBytes($"\n{name}\n")];
        return new ClassicContext(name, [.. build.Context.Where(entry => entry != rules), FileOf(name, text), FileOf(IgnoreFile, hiding)], epoch);
    }

    /// <summary>Writes the tar; files are read on the way.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A file cannot be read, or has changed since it was found.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output, epoch);
        foreach (var entry in entries)
        {
            await tar.WriteAsync(entry, cancellationToken);
        }

        await tar.FinishAsync(cancellationToken);
    }

    private static ContextEntry FileOf(string name, byte[] content) => new(name, EntryKind.File, FileMode) { Size = content.Length, Content = new MemoryContent(content) };

    private static byte[] Read(ContextEntry entry)
    {
        var bytes = new byte[entry.Size];
        using var stream = entry.Content!.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }
}
