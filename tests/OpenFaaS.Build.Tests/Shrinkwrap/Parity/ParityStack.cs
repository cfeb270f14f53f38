using System.Text;
using System.Text.Json;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>A function of a <see cref="ParityStack"/>; <c>Handler</c> is relative to the stack's folder.</summary>
internal sealed record ParityFunction(string Name, string Template, string Handler);

/// <summary>A folder with a stack file, templates and handlers on disk, as both faas-cli and the SDK read it.</summary>
internal sealed class ParityStack(string root)
{
    public string Root { get; } = Directory.CreateDirectory(root).FullName;

    public List<ParityFunction> Functions { get; } = [];

    /// <summary><c>configuration.copy</c>.</summary>
    public List<string> Copies { get; } = [];

    public ParityStack Add(string name, string template, string handler)
    {
        Functions.Add(new ParityFunction(name, template, handler));
        return this;
    }

    public ParityStack Write(string path, string text = "", string mode = "644")
    {
        var full = Full(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        File.SetUnixFileMode(full, (UnixFileMode)Convert.ToInt32(mode, 8));
        return this;
    }

    public ParityStack Folder(string path)
    {
        Directory.CreateDirectory(Full(path));
        return this;
    }

    public ParityStack Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.CreateSymbolicLink(Full(path), target);
        return this;
    }

    public string Full(string path) => Path.GetFullPath(path, Root);

    /// <summary>Writes <c>stack.yaml</c> from what was added.</summary>
    public void WriteStackFile()
    {
        var text = new StringBuilder("version: 1.0\nprovider:\n  name: openfaas\nfunctions:\n");
        foreach (var function in Functions)
        {
            text.Append(null, $"  {Quoted(function.Name)}:\n    lang: {Quoted(function.Template)}\n    handler: {Quoted(function.Handler)}\n    image: {Quoted("parity:" + Functions.IndexOf(function))}\n");
        }

        if (Copies.Count > 0)
        {
            text.Append("configuration:\n  copy:\n").AppendJoin("", Copies.Select(copy => $"    - {Quoted(copy)}\n"));
        }

        File.WriteAllText(Full("stack.yaml"), text.ToString());
    }

    // A JSON string is a YAML string.
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
