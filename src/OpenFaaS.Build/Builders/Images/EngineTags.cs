using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Has an engine push an image of its store under every name.</summary>
internal static class EngineTags
{
    /// <summary>Pushes the names one after another.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="names">The names, under which the engine has the image.</param>
    /// <param name="registries">Where credentials come from.</param>
    /// <param name="isPlain">Whether the engine may be told to speak plain http to a registry.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The digest that the registry has for all of them.</returns>
    /// <exception cref="DiagnosticException">One was not pushed, or another image was.</exception>
    public static async Task<Digest> PushAsync(EngineApi engine, IReadOnlyList<ImageReference> names, RegistryConnections registries, Func<string, bool> isPlain, CancellationToken cancellationToken)
    {
        Digest? first = null;
        foreach (var name in names)
        {
            var digest = await PushAsync(engine, name, registries, isPlain(name.Registry), cancellationToken);
            if (digest != (first ??= digest))
            {
                throw DockerBuildDiagnostics.PushesDiffer.With(engine.Address.Text, $"{names[0]}@{first}", $"{name}@{digest}").ToException();
            }
        }

        return first ?? throw new ArgumentException("There is no name.", nameof(names));
    }

    private static async Task<Digest> PushAsync(EngineApi engine, ImageReference name, RegistryConnections registries, bool isPlain, CancellationToken cancellationToken)
    {
        var credential = await registries.FindCredentialAsync(name.Registry, name.Repository, RegistryAccess.Push, cancellationToken);
        try
        {
            return await EngineWatch.RunAsync(
                engine,
                token => EnginePush.RunAsync(
                    engine, name, credential?.Username ?? "", credential?.IdentityToken ?? credential?.Password ?? "", credential?.IdentityToken is not null, isPlain, token),
                cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw BuildKitBuildDiagnostics.EnginePushFailed.With(engine.Address.Text, name, e.Message).ToException(e);
        }
    }
}
