using OpenFaaS.Build.Builders.Tools;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>
/// The executor's container as arguments of <c>run</c>. Everything is mounted below <c>/kaniko</c>: what is mounted elsewhere the executor leaves out of images
/// without a word. The folder there has a name that no stage and no image can have, whose folders the executor makes beside it.
/// </summary>
internal static class ContainerArguments
{
    private const string Home = "/kaniko/.openfaas";
    private const string ConfigFolder = "/kaniko/.docker";

    /// <summary>Arguments behind <c>run</c> and what names the container: its settings, the image, and what the executor is told.</summary>
    public static IReadOnlyList<string> Of(KanikoRun run, RunFolder folder, string image)
    {
        var places = new ExecutorPlaces(
            $"dir://{Home}/context", $"{Home}/dockerfile/{Path.GetFileName(folder.Dockerfile)}", $"{Home}/output/{RunFolder.Digest}", $"{Home}/certificates", run.LayoutFolder is null ? null : $"{Home}/layout");
        return
        [
            // Files of this user are not labelled for containers, and need not be: they are in a private folder.
            "--security-opt", "label=disable",
            "--log-driver", "none",
            .. run.Build.Function.Builder.Engine.Kaniko.Network is { } network ? ["--network", network] : Array.Empty<string>(),
            .. Mount(folder.Context, $"{Home}/context"),
            .. Mount(Path.GetDirectoryName(folder.Dockerfile)!, $"{Home}/dockerfile"),
            .. Mount(folder.CertificateFolder, $"{Home}/certificates"),
            .. Mount(folder.ConfigFolder, ConfigFolder),
            .. Mount(folder.OutputFolder, $"{Home}/output", isWritten: true),
            .. run.LayoutFolder is { } layout ? Mount(layout, $"{Home}/layout", isWritten: true) : [],
            "--env", "DOCKER_CONFIG=" + ConfigFolder,
            .. run.Variables.Keys.Order(StringComparer.Ordinal).SelectMany(name => new[] { "--env", name }),
            image,

            // Nothing but the executor's own is mounted in its container, so that what is there is the image's.
            "--ignore-var-run=false",
            .. places.Arguments(run),
        ];
    }

    private static IEnumerable<string> Mount(string source, string target, bool isWritten = false)
    {
        string[] fields = ["type=bind", "source=" + source, "target=" + target];
        return ["--mount", CsvFields.Join(isWritten ? fields : [.. fields, "readonly"])];
    }
}
