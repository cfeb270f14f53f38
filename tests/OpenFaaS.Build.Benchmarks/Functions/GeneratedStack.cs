using System.Globalization;
using System.Text;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Benchmarks.Functions;

/// <summary>A project with a stack file: many functions of three files each on one template of forty files. The same on every run.</summary>
internal sealed class GeneratedStack : IDisposable
{
    private const string Template = "bench";
    private const int TemplateFiles = 40;
    private const int HandlerFiles = 3;
    private readonly string folder;
    private readonly string contexts;

    public GeneratedStack(int functions)
    {
        Functions = functions;
        folder = Directory.CreateTempSubdirectory("ofbstack").FullName;
        contexts = Path.Combine(folder, "obj", "context");
        WriteTemplate();
        var stack = new StringBuilder("version: 1.0\nprovider:\n  name: openfaas\nfunctions:\n");
        for (var i = 0; i < functions; i++)
        {
            var name = NameOf(i);
            stack.Append(CultureInfo.InvariantCulture, $"  {name}:\n    lang: {Template}\n    handler: ./{name}\n    image: {name}:latest\n");
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
        Properties = new Dictionary<string, string>
        {
            ["FunctionStackFile"] = "stack.yaml",
            ["ContainerBuilder"] = "none",
            ["ShrinkwrapDir"] = contexts,
        },
    };

    private void WriteTemplate()
    {
        Write($"template/{Template}/template.yml", $"language: {Template}\nfprocess: cat\n");
        Write($"template/{Template}/Dockerfile", "FROM scratch\nCOPY . /\n");
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
