using System.Buffers;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Stacks.Substitution;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Stacks;

/// <summary>Reads stack files as faas-cli does; what it passes over in silence is a warning, and hostile text an error.</summary>
public static class StackFileReader
{
    // A stack of a thousand functions with every key has more nodes than other files may have.
    private static readonly YamlLimits Limits = YamlLimits.Default with { Nodes = 100_000 };

    private const string Provider = "openfaas";
    private const string Version = "1.0";

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <param name="path">Full path of the file.</param>
    /// <param name="substitute">Whether variables are substituted.</param>
    /// <param name="environment">The value of a variable; null if it is not set.</param>
    /// <param name="log">Where warnings go.</param>
    /// <exception cref="DiagnosticException">The file cannot be read or is not a stack file; several errors are told at once.</exception>
    public static StackFile Read(string path, bool substitute, Func<string, string?> environment, IBuildLog log)
    {
        var text = new YamlText(path, ReadText(path));
        if (substitute)
        {
            text = VariableSubstitution.Apply(text, environment, log);
        }

        var root = YamlReader.Read(text, StackDiagnostics.MalformedStack, Limits);
        var problems = new YamlProblems(path, StackDiagnostics.WrongStackValue);
        var stack = Describe(path, new YamlObject(root, "", problems), problems, new UnknownKeys(log));
        problems.ThrowIfAny();
        return stack;
    }

    private static StackFile Describe(string path, YamlObject root, YamlProblems problems, UnknownKeys unknown)
    {
        if (root.Text("version") is { Text.Length: > 0 } version && version.Text != Version)
        {
            problems.Add(StackDiagnostics.UnknownStackVersion.With(Path.GetFileName(path)).At(version.At));
        }

        var provider = root.Object("provider");
        var name = provider?.Text("name");
        if (name?.Text != Provider)
        {
            problems.Add(StackDiagnostics.UnknownProvider.With(Path.GetFileName(path)).At(name?.At ?? new SourceLocation(path)));
        }

        var gateway = StackFields.Text(provider, "gateway");
        var functions = root.EntriesOf("functions").Select(entry => FunctionReader.Read(entry, problems, unknown)).ToList();
        var configuration = root.Object("configuration");
        var templates = Templates(configuration, path, problems, unknown);
        var copy = StackFields.Texts(configuration, "copy");
        unknown.Report(provider);
        unknown.Report(configuration);
        unknown.ReportRoot(root);
        return new StackFile(path, gateway, functions, templates, copy);
    }

    private static List<StackTemplate> Templates(YamlObject? configuration, string path, YamlProblems problems, UnknownKeys unknown)
    {
        var templates = new List<StackTemplate>();
        foreach (var item in configuration?.Objects("templates") ?? [])
        {
            if (StackFields.Text(item, "name") is { Value.Length: > 0 } name)
            {
                templates.Add(new StackTemplate(name, StackFields.Text(item, "source")));
            }
            else
            {
                StackFields.Text(item, "source");
                problems.Add($"'{item.PathOf("name")}' is missing", item.At ?? new SourceLocation(path));
            }

            unknown.Report(item);
        }

        return templates;
    }

    private static string ReadText(string path)
    {
        // faas-cli takes every scheme for an address; a Windows path begins with a letter and a colon alone.
        if (path.IndexOf("://", StringComparison.Ordinal) is > 1 and var end && path.AsSpan(0, end).IndexOfAnyExcept(SchemeCharacters) < 0)
        {
            // Neither credentials nor what follows the host are anybody's business.
            throw StackDiagnostics.StackFileIsAddress.With(path[..end] + "://…").ToException();
        }

        try
        {
            return TextFile.Read(path, YamlLimits.Default.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StackDiagnostics.StackFileNotFound.With(path).ToException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw StackDiagnostics.MalformedStack.With(Path.GetFileName(path), e.Message.TrimEnd('.')).At(path).ToException(e);
        }
    }
}
