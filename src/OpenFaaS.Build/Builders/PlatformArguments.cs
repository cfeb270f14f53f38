using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders;

/// <summary>Build arguments for engines that know the platform and do not tell it to those who ask for it by ARG.</summary>
internal static class PlatformArguments
{
    /// <summary>The build's arguments, sorted, with those of the platform and the target that the Dockerfile declares; what the user gives goes before.</summary>
    /// <param name="build">The build.</param>
    /// <param name="document">Its Dockerfile.</param>
    /// <param name="isTold">Which of them are told; all where it is null.</param>
    public static SortedDictionary<string, string> Of(ImageBuild build, DockerfileDocument document, Func<string, bool>? isTold = null)
    {
        var arguments = new SortedDictionary<string, string>(build.Arguments.ToDictionary(), StringComparer.Ordinal);
        var declared = document.DeclaredArguments;
        var platform = build.Function.Image.Platforms[0];
        foreach (var (name, value) in PredefinedArguments.Platform(platform, platform, build.Function.Builder.Target ?? document.Stages[^1].From.Alias ?? "default"))
        {
            if (declared.Contains(name) && isTold?.Invoke(name) != false)
            {
                arguments.TryAdd(name, value);
            }
        }

        return arguments;
    }
}
