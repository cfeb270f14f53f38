using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Shrinkwrap;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap;

/// <summary>A project folder on disk for tests: writes files, and reads model and context from them.</summary>
internal sealed class FunctionFolder
{
    public FunctionFolder(TestContext context)
    {
        Path = System.IO.Path.Combine(context.Folder(), "repository", "hello");
        Directory.CreateDirectory(Path);
        Write("hello.csproj", "<Project/>");
    }

    public string Path { get; }

    public RecordingLog Log { get; } = new();

    public string Write(string path, string text)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, path));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    public void Link(string path, string target)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, path));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, target);
    }

    public BuildRequest Request(string shape, params (string Name, string Value)[] properties) => new()
    {
        Version = BuildRequest.CurrentVersion,
        Project = System.IO.Path.Combine(Path, "hello.csproj"),
        ProjectName = "hello",
        ProjectDirectory = Path + "/",
        Shape = shape,
        OutputDirectory = System.IO.Path.Combine(Path, "obj", "openfaas") + "/",
        Properties = properties.ToDictionary(p => p.Name, p => p.Value),
    };

    public static FunctionModel Model(BuildRequest request) => FunctionModelReader.Read(request, _ => null);

    public BuildContext Assemble(params (string Name, string Value)[] properties)
    {
        var request = Request("any", properties);
        var model = Model(request);
        return ContextAssembler.Assemble(model, TemplateLocator.Find(model, null), request, Log);
    }
}
