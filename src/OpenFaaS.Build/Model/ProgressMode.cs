namespace OpenFaaS.Build.Model;

/// <summary>Value of <c>ContainerProgress</c>.</summary>
public enum ProgressMode
{
    /// <summary>A line a step, and the output of a step that fails.</summary>
    Auto,

    /// <summary>The output of steps too.</summary>
    Plain,

    /// <summary>Warnings and errors only.</summary>
    Quiet,
}
