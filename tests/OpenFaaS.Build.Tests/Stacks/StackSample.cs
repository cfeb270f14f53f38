using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Stacks;

/// <summary>A stack file on disk for tests.</summary>
internal sealed class StackSample
{
    public const string Head = "provider: {name: openfaas}\n";

    public StackSample(TestContext context, string yaml)
    {
        Folder = context.Folder();
        Path = Write("stack.yaml", yaml);
    }

    public string Folder { get; }

    public string Path { get; }

    public RecordingLog Log { get; } = new();

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public StackFile Read(bool substitute = true, params (string Name, string Value)[] variables) =>
        StackFileReader.Read(Path, substitute, variables.ToDictionary(v => v.Name, v => v.Value).GetValueOrDefault, Log);

    /// <summary>The errors of reading, each as <c>code line:column message</c>.</summary>
    public IReadOnlyList<string> Errors() =>
    [
        .. Assert.ThrowsExactly<DiagnosticException>(() => Read()).Diagnostics
            .Select(d => $"{d.Descriptor.Code} {d.Location?.Line}:{d.Location?.Column} {d.Message}"),
    ];
}
