using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Templates;

/// <summary>What a <c>template.yml</c> of faas-cli says; keys that are not known here are left alone, since templates are others' files.</summary>
/// <param name="HandlerFolder">Folder of the handler in the build context.</param>
public sealed record TemplateDescription(string HandlerFolder)
{
    private const string DefaultHandlerFolder = "function";

    /// <summary><c>language</c>, or null; templates are found by their folder's name.</summary>
    public string? Language { get; init; }

    /// <summary><c>fprocess</c>, or null: the process of functions that name none.</summary>
    public string? Process { get; init; }

    /// <summary><c>welcome_message</c>, or null: shown for a new function.</summary>
    public string? WelcomeMessage { get; init; }

    /// <summary><c>mount_ssh</c>: whether the build wants the user's SSH agent.</summary>
    public bool MountSsh { get; init; }

    /// <summary><c>build_options</c>: groups of packages that functions choose by name, in the order of the file.</summary>
    public IReadOnlyList<TemplateBuildOption> BuildOptions { get; init; } = [];

    /// <summary>Reads the file; a template without one has the defaults.</summary>
    /// <param name="path">Full path.</param>
    /// <exception cref="DiagnosticException">The file cannot be read or is malformed.</exception>
    public static TemplateDescription Read(string path)
    {
        string content;
        try
        {
            content = TextFile.Read(path, YamlLimits.Default.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new TemplateDescription(DefaultHandlerFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw TemplateDiagnostics.MalformedTemplate.With(Path.GetFileName(path), e.Message.TrimEnd('.')).At(path).ToException(e);
        }

        var problems = new YamlProblems(path, TemplateDiagnostics.MalformedTemplate);
        var root = new YamlObject(YamlReader.Read(new YamlText(path, content), TemplateDiagnostics.MalformedTemplate), "", problems);
        var description = new TemplateDescription(Folder(root.Text("handler_folder"), problems))
        {
            Language = root.Text("language")?.Text,
            Process = root.Text("fprocess")?.Text,
            WelcomeMessage = root.Text("welcome_message")?.Text,
            MountSsh = root.Flag("mount_ssh"),
            BuildOptions = [.. root.Objects("build_options").Select(Option)],
        };
        problems.ThrowIfAny();
        return description;
    }

    private static TemplateBuildOption Option(YamlObject option) =>
        new(option.Text("name")?.Text ?? "", [.. option.Texts("packages").Select(package => package.Text)]);

    private static string Folder(YamlScalar? given, YamlProblems problems)
    {
        if (given is null or { Text: "" })
        {
            return DefaultHandlerFolder;
        }

        // Cleaned as faas-cli cleans it; what leads out is an error here.
        var parts = given.Text.Replace('\\', '/').Split('/').Where(part => part is not ("" or ".")).ToList();
        var folder = string.Join('/', parts);
        if (folder.Length == 0 || parts.Contains("..", StringComparer.Ordinal))
        {
            problems.Add($"handler_folder '{given.Text}' leaves the build context", given.At);
        }

        return folder;
    }
}

/// <summary>An entry of <c>build_options</c>.</summary>
/// <param name="Name">The name that functions choose it by.</param>
/// <param name="Packages">What is added to <c>ADDITIONAL_PACKAGE</c>.</param>
public sealed record TemplateBuildOption(string Name, IReadOnlyList<string> Packages);
