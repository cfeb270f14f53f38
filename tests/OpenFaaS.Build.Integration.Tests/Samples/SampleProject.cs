using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>A copy of a sample outside the repository, published with the packed SDK to a repository of its own at the real registry.</summary>
internal sealed class SampleProject
{
    // A checkout under another umask has other permissions: chmod without a user class takes the umask into account.
    private const string UnderUmask = """
        umask "$1"; cd "$2"; shift 2
        find . -type f -exec chmod =rw {} + && find . -name '*.sh' -exec chmod +x {} +
        exec env "$@"
        """;

    private readonly TestContext context;
    private readonly FunctionProject project;

    /// <param name="sample">Folder name below <c>samples</c>.</param>
    public SampleProject(TestContext context, string sample, string folder = "copy", string? repository = null)
    {
        this.context = context;
        Sample = sample;
        Repository = repository ?? $"{sample}/{Guid.NewGuid():n}";
        project = new FunctionProject(context, Path.Combine(folder, sample));
        SampleFiles.Copy(sample, project.Folder);
    }

    public string Sample { get; }

    /// <summary>Repository at the registry.</summary>
    public string Repository { get; }

    /// <summary>Full path of the copy.</summary>
    public string Folder => project.Folder;

    /// <summary>Reference by tag, without a transport.</summary>
    public string Reference => $"{TestServices.Endpoint("registry")}/{Repository}:latest";

    /// <summary>Changes a file of the copy.</summary>
    public void Write(string path, string text) => project.Write(path, text);

    /// <summary>Publishes as a user would and returns the digest that <c>-getProperty</c> prints.</summary>
    public async Task<string> PublishAsync(params string[] arguments) =>
        await project.PublishForDigestAsync([.. await PropertiesAsync(), .. arguments]);

    /// <summary>Publishes with this umask and these variables, and returns the digest.</summary>
    public async Task<string> PublishAsync(string umask, params string[] variables)
    {
        var inherited = project.Environment.Select(pair => $"{pair.Key}={pair.Value}");
        string[] arguments =
        [
            "-c", UnderUmask, "bash", umask, Folder, .. inherited, "DOTNET_CLI_TELEMETRY_OPTOUT=1", "DOTNET_NOLOGO=1", .. variables, "dotnet", "publish",
            "-nodeReuse:false", "-getProperty:GeneratedContainerDigest", .. await PropertiesAsync(),
        ];
        return (await Tool.RunAsync("bash", arguments, context.CancellationToken)).Trim();
    }

    /// <summary>What skopeo reads from the registry.</summary>
    public async Task<string> DigestAtRegistryAsync() => (await Tool.RunAsync(
        "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + Reference], context.CancellationToken)).Trim();

    private async Task<string[]> PropertiesAsync()
    {
        var input = Sample == "hello-csharp" ? "-p:ContainerBaseImage=" + await BaseImages.AspNet : "-p:BusyboxImage=" + await BaseImages.Busybox;
        return ["-p:ContainerBuilder=embedded", $"-p:ContainerRegistry={TestServices.Endpoint("registry")}", $"-p:ContainerRepository={Repository}", input];
    }
}
