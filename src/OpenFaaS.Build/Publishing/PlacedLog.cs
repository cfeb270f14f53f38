using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Publishing;

/// <summary>Tells what builders say of an edited Dockerfile at the lines of the user's file.</summary>
/// <param name="log">Where it is told.</param>
/// <param name="dockerfile">The Dockerfile.</param>
/// <param name="origin">The place to blame for added lines.</param>
internal sealed class PlacedLog(IBuildLog log, EditedDockerfile dockerfile, SourceLocation origin) : IBuildLog
{
    public void Report(Diagnostic diagnostic) => log.Report(dockerfile.Place(diagnostic, origin));

    public void Message(MessageImportance importance, string text) => log.Message(importance, text);

    public void Command(string text) => log.Command(text);
}
