using System.Text;
using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Builders.Podman.Service;

/// <summary>
/// The build context as the service gets it: a tar that is made while it is sent. Dockerfile and secrets travel in it under names of their own;
/// <c>.containerignore</c>, which Podman reads instead of <c>.dockerignore</c>, hides them from the steps, and the service takes secrets out before it builds.
/// </summary>
internal sealed class ServiceContext
{
    private const string IgnoreFile = ".containerignore";
    private static readonly int FileMode = Convert.ToInt32("600", 8);

    private readonly List<ContextEntry> entries;
    private readonly long epoch;

    private ServiceContext(ImageBuild build)
    {
        epoch = build.Function.Image.Epoch;
        entries = [.. build.Context.Where(entry => entry.Path != IgnoreFile)];
        DockerfileName = $".openfaas-{Guid.NewGuid():N}";
    }

    /// <summary>Path of the Dockerfile in the tar.</summary>
    public string DockerfileName { get; }

    /// <summary>Paths of secrets in the tar by their ids.</summary>
    public SortedDictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts Dockerfile and secrets beside the context's files.</summary>
    public static async Task<ServiceContext> CreateAsync(ImageBuild build, StepInputs inputs, CancellationToken cancellationToken)
    {
        var context = new ServiceContext(build);
        context.Add(context.DockerfileName, Encoding.UTF8.GetBytes(DockerfileFlags.WithoutLink(build.Dockerfile, build.DockerfilePath)));
        foreach (var (id, index) in build.Function.Builder.Steps.Secrets.Select((secret, index) => (secret.Name, index)))
        {
            context.Secrets[id] = $"{context.DockerfileName}-{index}";
            context.Add(context.Secrets[id], await inputs.SecretAsync(id, cancellationToken) ?? []);
        }

        context.Add(IgnoreFile, Encoding.UTF8.GetBytes($"{IgnoreFile}\n{context.DockerfileName}*\n"));
        return context;
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

    private void Add(string name, byte[] content) => entries.Add(new ContextEntry(name, EntryKind.File, FileMode) { Size = content.Length, Content = new MemoryContent(content) });
}
