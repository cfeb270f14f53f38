using System.Globalization;
using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Worker;

/// <summary>
/// Writes what is reported as lines that the task understands: <c>H|</c>, <c>N|</c> or <c>L|</c> and a message, or MSBuild's canonical form of warnings and errors.
/// What comes from outside (build steps, registries, file names) can neither start a line of its own nor give a command to the CI system that reads the log.
/// </summary>
internal sealed class ConsoleLog(Stream output) : IBuildLog, IDisposable
{
    private const int MaximumLineLength = 8 * 1024;

    /// <summary>Shown as the origin of what no file is to blame for.</summary>
    private const string Origin = "OpenFaaS.Build.Sdk";

    private readonly Lock gate = new();
    private readonly StreamWriter writer = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };

    public void Report(Diagnostic diagnostic)
    {
        var severity = diagnostic.Descriptor.Severity == DiagnosticSeverity.Error ? "error" : "warning";
        var origin = Where(diagnostic.Location);
        Write($"{origin}: {severity} {diagnostic.Descriptor.Code}: {LogText.OneLine(diagnostic.Message, MaximumLineLength)}");
    }

    public void Message(MessageImportance importance, string text)
    {
        var prefix = importance switch { MessageImportance.High => "H|", MessageImportance.Normal => "N|", _ => "L|" };
        foreach (var line in text.Split('\n'))
        {
            Write(prefix + LogText.OneLine(line.TrimEnd('\r'), MaximumLineLength));
        }
    }

    public void Command(string text) => Write("H|" + text.ReplaceLineEndings(" "));

    public void Dispose() => writer.Dispose();

    private static string Where(SourceLocation? location)
    {
        if (location is null)
        {
            return Origin + " ";
        }

        var file = LogText.OneLine(location.File, MaximumLineLength);
        var position = (location.Line, location.Column) switch
        {
            (0, _) => "",
            (var line, 0) => $"({line.ToString(CultureInfo.InvariantCulture)})",
            var (line, column) => $"({line.ToString(CultureInfo.InvariantCulture)},{column.ToString(CultureInfo.InvariantCulture)})",
        };
        return file + position;
    }

    private void Write(string line)
    {
        try
        {
            lock (gate)
            {
                writer.WriteLine(line);
            }
        }
        catch (IOException)
        {
            // Nobody listens any more; the lifeline ends the build.
        }
    }
}
