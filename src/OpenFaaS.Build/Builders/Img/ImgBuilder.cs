using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Img;

/// <summary><c>img</c>: a command with BuildKit 0.7 inside. Its own push cannot speak plain http, whatever its flag says, and is not used.</summary>
internal sealed class ImgBuilder(BuilderSurroundings surroundings) : IImageBuilder
{
    private const string Tool = "img";
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(5);

    /// <summary>Year of the last change.</summary>
    public const int Retired = 2021;

    public const string Successors = "buildah and buildkit";

    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of(Tool);

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            var tool = Find(build);
            var result = await tool.AskAsync(["version"], Question, cancellationToken);
            return result.ExitCode == 0
                ? new BuilderProbe(true, $"the command {tool.Program}")
                : Unusable(ToolBuildDiagnostics.ToolUnusable.With(tool.Program, ToolText.Last(result)));
        }
        catch (DiagnosticException e)
        {
            return Unusable(e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        await using var prepared = await ArchiveBuild.PrepareAsync(build, Tool, surroundings, cancellationToken);
        EnsurePins(build, prepared);
        return await prepared.RunAsync(Find(build), ["build", "--no-console", .. prepared.Arguments], cancellationToken);
    }

    private static BuilderProbe Unusable(Diagnostic diagnostic) => new(false, diagnostic.Message.TrimEnd('.'), diagnostic);

    // Its frontend knows no named contexts, by which others are told of pins.
    private void EnsurePins(ImageBuild build, ArchiveBuild prepared)
    {
        foreach (var image in prepared.Images.Where(image => image.Digest is null))
        {
            if (surroundings.Pin(image) is { } pin && prepared.Bases.GetValueOrDefault(image.ToString()) is var found && found != pin)
            {
                throw LegacyToolDiagnostics.PinNotHonoured.With(image, pin, Tool, prepared.Bases.ContainsKey(image.ToString()) ? $"the registry has {found}" : "the registry cannot be asked")
                    .At(build.Function.Origin).ToException();
            }
        }
    }

    private BuildTool Find(ImageBuild build)
    {
        var img = build.Function.Builder.Engine.Img;
        return BuildTool.Find(Tool, "ImgCommand", img.Command, surroundings.Environment) with { CommonArguments = [.. Common(img)] };
    }

    private static IEnumerable<string> Common(ImgModel img)
    {
        string[] state = img.State is null ? [] : ["--state", img.State];
        return img.Backend is null ? state : [.. state, "--backend", img.Backend];
    }
}
