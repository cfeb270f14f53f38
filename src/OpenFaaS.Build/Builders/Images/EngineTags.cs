using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Has an engine push an image of its store under every name.</summary>
internal static class EngineTags
{
    /// <summary>Pushes the names one after another.</summary>
    /// <returns>The digest that the registry has for all of them.</returns>
    /// <exception cref="DiagnosticException">One was not pushed, or another image was.</exception>
    public static async Task<Digest> PushAsync(EngineApi engine, IReadOnlyList<ImageReference> names, RegistryConnections registries, CancellationToken cancellationToken)
    {
        Digest? first = null;
        foreach (var name in names)
        {
            var digest = await PushAsync(engine, name, registries, cancellationToken);
            if (digest != (first ??= digest))
            {
                throw DockerBuildDiagnostics.PushesDiffer.With(engine.Address.Text, names[0], first, name, digest).ToException();
            }
        }

        return first ?? throw new ArgumentException("There is no name.", nameof(names));
    }

    private static async Task<Digest> PushAsync(EngineApi engine, ImageReference name, RegistryConnections registries, CancellationToken cancellationToken)
    {
        var credential = await registries.FindCredentialAsync(name.Registry, name.Repository, RegistryAccess.Push, cancellationToken);
        try
        {
            return await EngineWatch.RunAsync(
                engine,
                token => EnginePush.RunAsync(
                    engine, name, credential?.Username ?? "", credential?.IdentityToken ?? credential?.Password ?? "", credential?.IdentityToken is not null, token),
                cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw BuildKitBuildDiagnostics.EnginePushFailed.With(engine.Address.Text, name, e.Message).ToException(e);
        }
    }
}
