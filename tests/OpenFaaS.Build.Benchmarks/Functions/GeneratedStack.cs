using System.Globalization;
using System.Text;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Benchmarks.Functions;

/// <summary>A project with a stack file: many functions of three files each on one template of forty files and a Dockerfile.</summary>
internal sealed class GeneratedStack : IDisposable
{
    /// <summary>Dockerfile of a template that only copies.</summary>
    public const string Copying = "FROM scratch\nCOPY . /\n";

    private const string Template = "bench";
    private const int TemplateFiles = 40;
    private const int HandlerFiles = 3;
    private readonly string folder;
    private readonly string contexts;
    private readonly IReadOnlyDictionary<string, string> properties;

    /// <param name="functions">How many.</param>
    /// <param name="dockerfile">The template's Dockerfile.</param>
    /// <param name="images">What stands before a function's name in its image's, such as <c>registry/path/</c>.</param>
    /// <param name="properties">MSBuild properties of the publish.</param>
    public GeneratedStack(int functions, string dockerfile, string images, IReadOnlyDictionary<string, string> properties)
    {
        Functions = functions;
        this.properties = properties;
        folder = Directory.CreateTempSubdirectory("ofbstack").FullName;
        contexts = Path.Combine(folder, "obj", "context");
        WriteTemplate(dockerfile);
        var stack = new StringBuilder("version: 1.0\nprovider:\n  name: openfaas\nfunctions:\n");
        for (var i = 0; i < functions; i++)
        {
            var name = NameOf(i);
            stack.Append(CultureInfo.InvariantCulture, $"  {name}:\n    lang: {Template}\n    handler: ./{name}\n    image: {images}{name}:latest\n");
            for (var file = 0; file < HandlerFiles; file++)
            {
                Write($"{name}/handler{file}.txt", $"{name} {file}\n" + new string('h', 1500));
            }
        }

        Write("stack.yaml", stack.ToString());
        Request = Path.Combine(folder, "request.json");
        File.WriteAllBytes(Request, ProtocolJson.Write(CreateRequest()));
    }

    public int Functions { get; }

    /// <summary>The request's file.</summary>
    public string Request { get; }

    /// <summary>Changes a file of the first functions, differently every time.</summary>
    public void Change(int functions)
    {
        for (var i = 0; i < functions; i++)
        {
            Write($"{NameOf(i)}/handler0.txt", $"{NameOf(i)} 0 {Guid.NewGuid()}\n");
        }
    }

    /// <summary>Adds a copy of a file, with its permissions, to the template.</summary>
    public void CopyToTemplate(string path, string source) => File.Copy(source, Path.Combine(folder, "template", Template, path));

    /// <summary>Adds a file to the template.</summary>
    public void WriteToTemplate(string path, string text) => Write($"template/{Template}/{path}", text);

    /// <summary>Removes what a run has written.</summary>
    public void Clear()
    {
        if (Directory.Exists(Path.Combine(folder, "obj")))
        {
            Directory.Delete(Path.Combine(folder, "obj"), recursive: true);
        }
    }

    /// <summary>Fails where a run has not written every context whole.</summary>
    public void Check()
    {
        for (var i = 0; i < Functions; i++)
        {
            var context = Path.Combine(contexts, NameOf(i));
            var files = Directory.Exists(context) ? Directory.EnumerateFiles(context, "*", SearchOption.AllDirectories).Count() : 0;
            var handler = Path.Combine(context, "function", "handler0.txt");
            if (files < TemplateFiles + HandlerFiles || !File.Exists(handler) || !File.ReadAllText(handler).StartsWith(NameOf(i) + " 0", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The context of {NameOf(i)} is not whole: {files} files.");
            }
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string NameOf(int function) => string.Create(CultureInfo.InvariantCulture, $"fn-{function:D4}");

    private BuildRequest CreateRequest() => new()
    {
        Version = BuildRequest.CurrentVersion,
        Project = Path.Combine(folder, "functions.csproj"),
        ProjectName = "functions",
        ProjectDirectory = folder + Path.DirectorySeparatorChar,
        Shape = "stack",
        OutputDirectory = Path.Combine(folder, "obj") + Path.DirectorySeparatorChar,
        Properties = new Dictionary<string, string>(properties) { ["FunctionStackFile"] = "stack.yaml", ["ShrinkwrapDir"] = contexts },
    };

    private void WriteTemplate(string dockerfile)
    {
        Write($"template/{Template}/template.yml", $"language: {Template}\nfprocess: cat\n");
        Write($"template/{Template}/Dockerfile", dockerfile);
        for (var i = 0; i < TemplateFiles; i++)
        {
            Write($"template/{Template}/module{i % 10}/file{i}.txt", new string('t', 500 + (i * 100)));
        }
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
