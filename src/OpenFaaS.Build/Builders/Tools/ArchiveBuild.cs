using System.Globalization;
using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>
/// A build by a command with BuildKit inside or behind it, which writes the image as an OCI archive. It is delivered from there: so its digest is that of
/// what is sent, all names get the same image, and registries are spoken to as everywhere in this SDK.
/// </summary>
internal sealed class ArchiveBuild : IAsyncDisposable
{
    private readonly ImageBuild build;
    private readonly StepInputs inputs;
    private readonly EditedDockerfile dockerfile;
    private readonly string archive;

    private ArchiveBuild(ImageBuild build, EditedDockerfile dockerfile, StepInputs inputs)
    {
        (this.build, this.dockerfile, this.inputs) = (build, dockerfile, inputs);
        archive = Path.Combine(build.TemporaryFolder, "image.oci.tar");
    }

    /// <summary>Arguments that all such commands have in common, the context last.</summary>
    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <summary>Environment variables of the command.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; private set; } = new Dictionary<string, string?>();

    /// <summary>Digests of the base images by reference.</summary>
    public IReadOnlyDictionary<string, Digest> Bases { get; private set; } = new Dictionary<string, Digest>();

    /// <summary>The images that the Dockerfile names.</summary>
    public IReadOnlyList<ImageReference> Images { get; private set; } = [];

    /// <summary>Writes everything that the command reads.</summary>
    /// <param name="build">The build.</param>
    /// <param name="tool">The tool, for messages.</param>
    /// <param name="surroundings">What builds share.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Diagnostics.DiagnosticException">An input is not there or cannot be told to the tool.</exception>
    public static async Task<ArchiveBuild> PrepareAsync(ImageBuild build, string tool, BuilderSurroundings surroundings, CancellationToken cancellationToken)
    {
        var function = build.Function;
        var hidden = build.Arguments.Where(pair => function.Builder.HiddenArguments.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        var dockerfile = DockerfileArguments.WithDefaults(build.Dockerfile, build.DockerfilePath, hidden, tool);
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        var caches = CacheArguments.Of(build, tool);
        var images = References.Images(build, document);
        ImageReference?[] named = [.. images, References.Frontend(build, document), References.Scanner(function.Builder.Steps), .. caches.References];
        var bases = BaseDigests.ByName(await BaseDigests.ResolveAsync(images, PullPolicy.Missing, _ => null, surroundings.Registries, cancellationToken));
        var context = await ContextFolder.WriteAsync(build, dockerfile.Text, cancellationToken);
        var auth = await AuthFile.WriteAsync([.. named.OfType<ImageReference>()], surroundings.Registries, build.TemporaryFolder, build.Log, cancellationToken);

        // Last: it may start an agent, which nothing would end if another part failed.
        var prepared = new ArchiveBuild(build, dockerfile, await StepInputs.OpenAsync(function, surroundings.Environment, cancellationToken))
        {
            Images = images,
            Bases = bases,
            Environment = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = Path.GetDirectoryName(auth) },
        };
        try
        {
            var secrets = await SecretFiles.WriteAsync(function.Builder.Steps, prepared.inputs, build.TemporaryFolder, cancellationToken);
            prepared.Arguments = [.. prepared.Options(context, secrets, caches, hidden), context.Folder];
            return prepared;
        }
        catch
        {
            await prepared.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the command and reads the archive.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The build failed, or the archive is damaged.</exception>
    public async Task<BuildResult> RunAsync(BuildTool tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var text = new BuildKitText();
        var output = new ToolOutput(build.Function.Builder.Progress, build.Log, text.Take);
        var code = await (tool with { Environment = Environment }).RunAsync(arguments, output, cancellationToken);
        return code == 0
            ? BuildResult.ToDeliver(await OciArchiveImage.ReadAsync(archive, Bases, cancellationToken))
            : throw dockerfile.Place(BuildKitFailure.Of(build with { Dockerfile = dockerfile.Text }, tool.Name, code, text, output.Errors), build.Function.Origin);
    }

    public ValueTask DisposeAsync() => inputs.DisposeAsync();

    private IEnumerable<string> Options(
        ContextFolder context, IReadOnlyDictionary<string, string> secrets, CacheArguments caches, IReadOnlyDictionary<string, string> hidden)
    {
        var builder = build.Function.Builder;
        var image = build.Function.Image;
        return
        [
            "--file", context.Dockerfile,
            "--output", CsvFields.Join("type=oci", "oci-mediatypes=" + (image.Format == ImageFormat.Oci ? "true" : "false"), "dest=" + archive),
            .. Each("--platform", image.Platforms.Select(platform => platform.ToString())),
            .. builder.Target is { } target ? ["--target", target] : Array.Empty<string>(),
            .. Each("--build-arg", build.Arguments.Where(pair => !hidden.ContainsKey(pair.Key)).Select(pair => $"{pair.Key}={pair.Value}")),
            .. Each("--label", image.Labels.Select(pair => $"{pair.Key}={pair.Value}")),
            .. Each("--secret", secrets.Select(secret => CsvFields.Join("id=" + secret.Key, "src=" + secret.Value))),
            .. Each("--ssh", inputs.SshAgents.Select(agent => $"{agent.Key}={agent.Value}")),
            .. builder.NoCache ? ["--no-cache"] : Array.Empty<string>(),
            .. Each("--cache-from", caches.From),
            .. Each("--cache-to", caches.To),
        ];
    }

    /// <summary>An option with each of its values.</summary>
    public static IEnumerable<string> Each(string option, IEnumerable<string> values) => values.SelectMany(value => new[] { option, value });

    /// <summary>The epoch as the frontends of today take it.</summary>
    public static string EpochArgument(ImageModel image) => "SOURCE_DATE_EPOCH=" + image.Epoch.ToString(CultureInfo.InvariantCulture);
}
