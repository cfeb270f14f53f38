namespace OpenFaaS.Build.Engines.Containerd;

/// <summary>A command-line client of containerd: its arguments, and how its answers are read.</summary>
internal interface IContainerdTool
{
    /// <summary>Name of the program.</summary>
    string Name { get; }

    /// <summary>Ends with 0 where containerd answers.</summary>
    IReadOnlyList<string> Ping { get; }

    /// <summary>Loads the archive on standard input, for all platforms.</summary>
    IReadOnlyList<string> Load { get; }

    /// <summary>Takes a name away.</summary>
    IReadOnlyList<string> Remove(string name);

    /// <summary>Asks for an image by its full name; one that is not there is no failure.</summary>
    IReadOnlyList<string> Find(string name);

    /// <summary>The digest in the answer to <see cref="Find"/>; null where the name is not there.</summary>
    /// <exception cref="EngineFailedException">The answer is none.</exception>
    string? DigestIn(string answer, string name);
}
