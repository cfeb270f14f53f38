using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>The executor's image, which has no default.</summary>
internal static class ExecutorImage
{
    /// <summary>The image that the user names.</summary>
    /// <param name="build">The build.</param>
    /// <param name="runner">Value of <c>KanikoRunner</c>, for messages.</param>
    /// <exception cref="DiagnosticException">None is named (OFB2700).</exception>
    public static string Of(ImageBuild build, string runner) =>
        build.Function.Builder.Engine.Kaniko.Image ?? throw KanikoDiagnostics.ImageNotNamed.With(runner).At(build.Function.Origin).ToException();
}
