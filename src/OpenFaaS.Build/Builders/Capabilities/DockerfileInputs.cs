using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders;

/// <summary>
/// Features of a Dockerfile that some engines refuse and others drop without a word. Every stage counts, whether the target reaches it or not:
/// engines without BuildKit read the whole file.
/// </summary>
internal static class DockerfileInputs
{
    private const string StockFrontend = "docker.io/docker/dockerfile";

    /// <summary>The features, each once, where it is used first.</summary>
    public static IEnumerable<BuildInput> Of(DockerfileDocument document) =>
        document.Stages
            .SelectMany(stage => stage.Instructions)
            .SelectMany(instruction => Features(instruction, document).Select(name => new BuildInput(name, new SourceLocation(document.Path, instruction.Line)) { IsStep = true }))
            .Concat(IsOtherFrontend(document) ? [new BuildInput(CapabilityTable.Syntax, new SourceLocation(document.Path, 1))] : [])
            .DistinctBy(input => input.Name);

    // What the stock frontend reads is known here feature by feature; another one may read anything.
    private static bool IsOtherFrontend(DockerfileDocument document) =>
        document.Syntax is { } syntax && !(ImageReference.TryParse(syntax, out var image) && image.Name == StockFrontend);

    private static IEnumerable<string> Features(Instruction instruction, DockerfileDocument document)
    {
        switch (instruction)
        {
            case RunInstruction run:
                return InstructionLine.Split(document.Path, run.Line, run.Text, document.Escape).Flags
                    .Select(flag => "RUN " + flag.Split('=')[0])
                    .Concat(run.HasHeredoc ? [CapabilityTable.Heredoc] : []);
            case CopyInstruction copy:
                return copy.OtherFlags.Select(flag => $"{copy.Keyword} --{flag}")
                    .Concat(copy.Chmod is not null ? [CapabilityTable.Chmod] : [])
                    .Concat(copy.Heredocs.Count > 0 ? [CapabilityTable.Heredoc] : []);
            default:
                return [];
        }
    }
}
