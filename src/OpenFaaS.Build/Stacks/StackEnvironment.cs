using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Stacks;

/// <summary>The variables that a function runs with, from <c>environment</c> and <c>environment_file</c>. Building does not need them.</summary>
public static class StackEnvironment
{
    private const string Key = "environment";

    /// <summary>Reads a function's environment files and lays them over its <c>environment</c>: a later file wins. Variables are not substituted in the files.</summary>
    /// <exception cref="DiagnosticException">A file is missing or malformed.</exception>
    public static IReadOnlyDictionary<string, string> Read(StackFile stack, StackFunction function)
    {
        var variables = new Dictionary<string, string>(function.Run.Environment, StringComparer.Ordinal);
        foreach (var file in function.Run.EnvironmentFiles)
        {
            var path = Path.GetFullPath(Path.Combine(stack.Folder, file.Value));
            foreach (var (name, value) in ReadFile(path, file, function))
            {
                variables[name] = value.Text;
            }
        }

        return variables;
    }

    private static IReadOnlyList<KeyValuePair<string, YamlScalar>> ReadFile(string path, StackText file, StackFunction function)
    {
        var text = new YamlText(path, ReadText(path, file, function));
        var problems = new YamlProblems(path, StackDiagnostics.MalformedEnvironmentFile);
        var variables = new YamlObject(YamlReader.Read(text, StackDiagnostics.MalformedEnvironmentFile), "", problems).TextMap(Key);
        problems.ThrowIfAny();
        return variables;
    }

    private static string ReadText(string path, StackText file, StackFunction function)
    {
        try
        {
            return TextFile.Read(path, YamlLimits.Default.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : e.Message.TrimEnd('.');
            throw StackDiagnostics.EnvironmentFileUnreadable.With(file.Value, function.Name, why).At(file.At).ToException(e);
        }
    }
}
