using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Builders.FunctionBuilder.Requests;
using OpenFaaS.Build.Builders.FunctionBuilder.Results;
using OpenFaaS.Build.Builders.FunctionBuilder.Sealing;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>Has images built and pushed by an OpenFaaS Function Builder API: one signed request with the whole context, answered by the build's log.</summary>
/// <param name="surroundings">What the builds share.</param>
/// <param name="limits">Bounds of time and size; null for the usual ones.</param>
internal sealed class OpenFaaSBuilder(BuilderSurroundings surroundings, BuilderLimits? limits = null) : IImageBuilder
{
    private readonly BuilderLimits limits = limits ?? new BuilderLimits();

    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of("openfaas");

    // A service that takes signed requests only cannot be asked anything beforehand.
    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            EnsureRegistry(build);
            var endpoint = BuilderEndpoint.Of(build.Function, surroundings.Environment);
            using var secret = await PayloadSecret.ReadAsync(build.Function, surroundings.Environment, cancellationToken);
            if (build.Function.Builder.Steps.Secrets.Count > 0)
            {
                await RecipientKey.ReadAsync(build.Function, endpoint, surroundings.Environment, cancellationToken);
            }

            return new BuilderProbe(true, $"Function Builder API at {endpoint.Text}");
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        EnsureRegistry(build);
        var function = build.Function;
        var names = function.Destination.Names;
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        var endpoint = BuilderEndpoint.Of(function, surroundings.Environment);
        using var connection = BuilderConnection.Open(endpoint, function.Builder.Engine, limits);
        using var secret = await PayloadSecret.ReadAsync(function, surroundings.Environment, cancellationToken);
        var sealedSecrets = await SealAsync(build, endpoint, cancellationToken);

        // The builder does not tell which base images it took, so it is told which ones to take.
        var digests = await BaseDigests.ResolveAsync(References.Images(build, document), function.Builder.Pull, surroundings.Pin, surroundings.Registries, cancellationToken);
        var order = new BuildOrder(names[0], GeneratedDockerfile.Arguments(build, document), function.Image.Platforms);
        var dockerfile = GeneratedDockerfile.Of(build, document, digests, surroundings.Pin);
        var archive = RequestArchive.Of(build, dockerfile.Text, order, sealedSecrets);
        var body = await SignedBody.SignAsync(archive, secret, cancellationToken);
        var progress = new BuildProgress(function.Builder.Progress, build.Log, names[0]);
        try
        {
            await new BuildCall(connection, build with { Dockerfile = dockerfile.Text }, limits).RunAsync(body, progress, cancellationToken);
        }
        catch (DiagnosticException e)
        {
            throw dockerfile.Place(e, function.Origin);
        }

        var summary = await new PushedImage(surroundings.Registries, names, endpoint.Text).ConfirmAsync(progress.Pushed, cancellationToken);
        return new BuildResult { Summary = summary, Bases = BaseDigests.ByName(digests) };
    }

    private static void EnsureRegistry(ImageBuild build)
    {
        if (build.Function.Destination is not RegistryDestination)
        {
            throw RemoteBuilderDiagnostics.DestinationNotRegistry.With(build.Function.Destination is ArchiveDestination file ? $"the file '{file.Path}'" : "a local engine or an archive").ToException();
        }
    }

    private async Task<byte[]?> SealAsync(ImageBuild build, BuilderEndpoint endpoint, CancellationToken cancellationToken)
    {
        var secrets = build.Function.Builder.Steps.Secrets;
        if (secrets.Count == 0)
        {
            return null;
        }

        var recipient = await RecipientKey.ReadAsync(build.Function, endpoint, surroundings.Environment, cancellationToken);
        await using var inputs = await StepInputs.OpenAsync(build.Function, surroundings.Environment, cancellationToken);
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in secrets.Select(secret => secret.Name))
        {
            values[name] = await inputs.SecretAsync(name, cancellationToken) ?? [];
        }

        return SealedSecrets.Write(values, recipient);
    }
}
