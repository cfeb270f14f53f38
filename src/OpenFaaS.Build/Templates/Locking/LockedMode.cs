using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Templates.Locking;

/// <summary><c>FunctionLockedMode</c>: where it is on, a difference from the lock file is an error that tells both sides.</summary>
/// <param name="path">Full path of the lock file, to blame.</param>
/// <param name="isOn">Whether it is on.</param>
internal sealed class LockedMode(string path, bool isOn)
{
    /// <summary>Whether it is on.</summary>
    public bool IsOn => isOn;

    /// <exception cref="DiagnosticException">It is on, and the two differ.</exception>
    public void RequireSame(string what, string? locked, string? now)
    {
        if (isOn && locked != now)
        {
            throw TemplateSourceDiagnostics.LockDiffers.With(what, locked ?? "none", now ?? "none").At(path).ToException();
        }
    }

    /// <summary>Says that the lock file has no entry.</summary>
    /// <exception cref="DiagnosticException">It is on.</exception>
    public void Missing(string kind, string name, string now)
    {
        if (isOn)
        {
            throw TemplateSourceDiagnostics.NotLocked.With(kind, name, now).At(path).ToException();
        }
    }
}
