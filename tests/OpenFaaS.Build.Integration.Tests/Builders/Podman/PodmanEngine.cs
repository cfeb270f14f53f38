using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Builders.Contract;

namespace OpenFaaS.Build.Integration.Tests.Builders.Podman;

/// <summary>The three ways to build with Podman and Buildah.</summary>
internal static class PodmanEngine
{
    public const string Service = "podman-service";
    public const string Command = "podman-command";
    public const string Buildah = "buildah";

    public static BuildKitFunction Function(TestContext context, string engine, string dockerfile) => ContractEngine.Of(engine).Function(context, dockerfile);

    /// <summary>Asks the engine's store by its command: that of the service is the podman command's too.</summary>
    public static Task<string> AskAsync(string engine, CancellationToken cancellationToken, params string[] arguments) =>
        Tool.RunAsync(engine == Buildah ? TestServices.Endpoint("buildah") : TestServices.Fact("podman", "CLI"), arguments, cancellationToken);

    /// <summary>Names of everything in the store.</summary>
    public static Task<string> NamesAsync(string engine, CancellationToken cancellationToken) =>
        ListAsync(engine, cancellationToken, "images", "--format", engine == Buildah ? "{{.Name}}:{{.Tag}}" : "{{.Repository}}:{{.Tag}}");

    /// <summary>All containers of the store, those of builds too.</summary>
    public static Task<string> ContainersAsync(string engine, CancellationToken cancellationToken) => engine == Buildah
        ? ListAsync(engine, cancellationToken, "containers")
        : ListAsync(engine, cancellationToken, "ps", "--all", "--external", "--no-trunc");

    /// <summary>The digest that the store itself has for an image.</summary>
    public static async Task<string> LocalDigestAsync(string engine, string id, CancellationToken cancellationToken)
    {
        if (engine != Buildah)
        {
            return (await AskAsync(engine, cancellationToken, "image", "inspect", "--format", "{{.Digest}}", id)).Trim();
        }

        var images = System.Text.Json.Nodes.JsonNode.Parse(await AskAsync(engine, cancellationToken, "images", "--all", "--no-trunc", "--json"))!.AsArray();
        return images.Single(image => image!["id"]!.ToString().EndsWith(id, StringComparison.Ordinal))!["digest"]!.ToString();
    }

    // Podman refuses to list while images or containers of other tests go.
    private static async Task<string> ListAsync(string engine, CancellationToken cancellationToken, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskAsync(engine, cancellationToken, arguments);
            }
            catch (InvalidOperationException) when (attempt < 10)
            {
                await Task.Delay(300, cancellationToken);
            }
        }
    }
}
