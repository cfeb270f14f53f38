using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>A project on one of the sample templates, with a handler of the test's own.</summary>
internal sealed class SampleTemplate
{
    private readonly FunctionProject project;
    private readonly string template;
    private readonly string repository;

    /// <param name="template">Folder name below <c>samples/template</c>.</param>
    public SampleTemplate(TestContext context, string template)
    {
        this.template = template;
        repository = $"{template}/{Guid.NewGuid():n}";
        project = new FunctionProject(context);
        project.Write("function.csproj", $"""
            <Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version}">
              <PropertyGroup>
                <FunctionTemplate>{template}</FunctionTemplate>
                <FunctionHandler>handler</FunctionHandler>
              </PropertyGroup>
              <ItemGroup>
                <ContainerBuildArg Include="$(BaseArgument)" Value="$(BaseReference)" />
              </ItemGroup>
            </Project>
            """);
        project.Write("handler/notes.txt", "A handler of one file leaves the template's own in place.\n");
        SampleFiles.Copy("template", project.At("template"));
    }

    /// <summary>Adds a file to the handler.</summary>
    public void WriteHandler(string name, string text) => project.Write($"handler/{name}", text);

    /// <summary>Publishes and returns the reference by digest.</summary>
    public async Task<string> PublishAsync()
    {
        var (argument, image) = template switch
        {
            "python3-http" => ("PYTHON", BaseImages.Python),
            "perl-http" => ("PERL", BaseImages.Perl),
            "sh-cgi" => ("BUSYBOX", BaseImages.Busybox),
            _ => throw new ArgumentException("no such template: " + template),
        };
        var registry = TestServices.Endpoint("registry");
        var digest = await project.PublishForDigestAsync(
            "-p:ContainerBuilder=embedded", $"-p:ContainerRegistry={registry}", $"-p:ContainerRepository={repository}",
            $"-p:BaseArgument={argument}", $"-p:BaseReference={await image}");
        return $"{registry}/{repository}@{digest}";
    }
}
