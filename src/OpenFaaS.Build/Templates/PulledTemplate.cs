using OpenFaaS.Build.Templates.Locking;

namespace OpenFaaS.Build.Templates;

/// <summary>A template that is not of the project's own folders.</summary>
/// <param name="Name">Name with <c>@ref</c>, as the function has it.</param>
/// <param name="Path">Full path of its folder.</param>
/// <param name="Lock">What it is, as the lock file has it.</param>
internal sealed record PulledTemplate(string Name, string Path, LockedTemplate Lock);
