using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Builders;

/// <summary>
/// A command that stands in for one which is in no package of this machine (<c>tests/StandInTools</c>): it checks its arguments strictly, says what the real
/// one says, and has the image made by the BuildKit of the engine of Debian 13.
/// </summary>
internal sealed class StandInTool
{
    private StandInTool(string command, string calls) => (Command, CallsFile) = (command, calls);

    /// <summary>Full path of the command.</summary>
    public string Command { get; }

    private string CallsFile { get; }

    /// <summary>Every argument that it was given so far, one a line.</summary>
    public string Calls => File.Exists(CallsFile) ? File.ReadAllText(CallsFile) : "";

    /// <summary>Folder of what was recorded of the real ones.</summary>
    public static string Recorded => Path.Combine(Repository.Root, "tests/StandInTools/recorded");

    /// <summary>One that does not write down what it is given.</summary>
    /// <param name="name"><c>img</c> or <c>nerdctl</c>.</param>
    public static string CommandOf(string name) => Path.Combine(Repository.Root, "tests/StandInTools", name + "-stand-in.sh");

    /// <summary>One that writes down what it is given.</summary>
    /// <param name="folder">Where it is put.</param>
    /// <param name="name"><c>img</c> or <c>nerdctl</c>.</param>
    /// <param name="settings">Further variables, as a shell takes them.</param>
    public static async Task<StandInTool> CreateAsync(string folder, string name, string settings)
    {
        Directory.CreateDirectory(folder);
        var (command, calls) = (Path.Combine(folder, name), Path.Combine(folder, "calls"));
        await Tool.WriteScriptAsync(
            command,
            $"#!/bin/sh\nexport STANDIN_CALLS='{calls}' {settings}\n"
            + $"exec '{CommandOf(name)}' \"$@\"\n",
            CancellationToken.None);
        return new StandInTool(command, calls);
    }
}
