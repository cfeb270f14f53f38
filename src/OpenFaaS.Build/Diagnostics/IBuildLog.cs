namespace OpenFaaS.Build.Diagnostics;

/// <summary>How much a message matters; the names and meanings are MSBuild's.</summary>
public enum MessageImportance
{
    /// <summary>Shown by default: at most a few lines per image.</summary>
    High,

    /// <summary>Shown with <c>-v:normal</c>.</summary>
    Normal,

    /// <summary>Shown with <c>-v:detailed</c>.</summary>
    Low,
}

/// <summary>Where the product reports to. Implementations are safe for concurrent use and neutralise control characters.</summary>
public interface IBuildLog
{
    /// <summary>Reports a warning or an error.</summary>
    void Report(Diagnostic diagnostic);

    /// <summary>Reports progress.</summary>
    void Message(MessageImportance importance, string text);

    /// <summary>Writes a logging command of the CI system as it is. Only for text that the product itself has made.</summary>
    void Command(string text);
}
