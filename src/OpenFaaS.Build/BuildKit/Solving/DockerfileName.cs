using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>The Dockerfile as the daemon and as the user know it.</summary>
/// <param name="Path">Its path for messages.</param>
/// <param name="Wire">Its name in the frontend's attributes.</param>
internal sealed record DockerfileName(string Path, string Wire)
{
    private const string Usual = "Dockerfile";
    private const int Longest = 300;

    public static DockerfileName Of(SolvePlan plan) => new(plan.DockerfilePath, plan.FrontendAttributes.GetValueOrDefault("filename") ?? Usual);

    /// <summary>What the user is shown for a name that the daemon sent.</summary>
    public string Shown(string? name) =>
        string.IsNullOrEmpty(name) || string.Equals(name, Wire, StringComparison.OrdinalIgnoreCase) || string.Equals(name, Usual, StringComparison.OrdinalIgnoreCase)
            ? Path
            : OutputText.Phrase(name, Longest);
}
