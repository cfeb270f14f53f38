using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>A copy of the sample stack with its templates outside the repository, published to a path of its own at the real registry.</summary>
internal sealed class SampleStack
{
    private readonly FunctionProject project;
    private readonly TestContext context;

    public SampleStack(TestContext context)
    {
        this.context = context;
        project = new FunctionProject(context, "hello-stack");
        SampleFiles.Copy("hello-stack", project.Folder);
        SampleFiles.Copy("template", project.At("template"));
    }

    /// <summary>Path below the registry's host.</summary>
    public string Path { get; } = $"hello-stack/{Guid.NewGuid():n}";

    /// <summary>Changes a file of the copy.</summary>
    public void Write(string path, string text) => project.Write(path, text);

    /// <summary>Reference by tag, without a transport.</summary>
    public string Reference(string function) => $"{TestServices.Endpoint("registry")}/{Path}/{function}:latest";

    /// <summary>What skopeo reads from the registry.</summary>
    public async Task<string> DigestAtRegistryAsync(string function) => (await Tool.RunAsync(
        "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + Reference(function)], context.CancellationToken)).Trim();

    /// <summary>Publishes as a user would and returns the digests of the files <c>&lt;function&gt;.digest</c>, by function.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PublishAsync(params string[] arguments)
    {
        project.Environment["PYTHON_IMAGE"] = await BaseImages.Python;
        project.Environment["PERL_IMAGE"] = await BaseImages.Perl;
        project.Environment["BUSYBOX_IMAGE"] = await BaseImages.Busybox;
        project.Environment["TAG"] = null;
        var digests = Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(project.Folder)!, Guid.NewGuid().ToString("n"))).FullName;
        string[] properties =
        [
            "-p:ContainerBuilder=embedded", $"-p:ContainerRegistry={TestServices.Endpoint("registry")}/{Path}", $"-p:ContainerDigestFile={digests}/",
        ];
        (await project.PublishAsync([.. properties, .. arguments])).ShouldSucceed();
        return Directory.GetFiles(digests).ToDictionary(
            file => System.IO.Path.GetFileName(file).Replace(".digest", "", StringComparison.Ordinal), file => File.ReadAllText(file).Trim());
    }
}
