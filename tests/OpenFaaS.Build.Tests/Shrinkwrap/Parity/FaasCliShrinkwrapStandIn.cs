using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>Stands in for <c>faas-cli build --shrinkwrap</c> where that program is not at hand: what was measured of it, written down plainly and without any code of the product.</summary>
internal static class FaasCliShrinkwrapStandIn
{
    private const int MaxNesting = 40;

    /// <summary>Writes <c>build/&lt;function&gt;</c> of every function below the stack's folder.</summary>
    /// <exception cref="IOException">faas-cli would end with an error; the other functions are written nevertheless.</exception>
    public static void Run(ParityStack stack)
    {
        var errors = new List<Exception>();
        foreach (var function in stack.Functions)
        {
            try
            {
                Shrinkwrap(stack, function);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.Add(e);
            }
        }

        if (errors.Count > 0)
        {
            throw new IOException(string.Join("; ", errors.Select(error => error.Message)));
        }
    }

    private static void Shrinkwrap(ParityStack stack, ParityFunction function)
    {
        var template = Directory.GetDirectories(stack.Full("template")).FirstOrDefault(path => Path.GetFileName(path) == function.Template && new FileInfo(path).LinkTarget is null)
            ?? throw new IOException($"no template {function.Template}");
        var overlay = HandlerFolder(Path.Combine(template, "template.yml"));
        var handler = stack.Full(function.Handler);
        if (!Directory.Exists(handler))
        {
            throw new IOException($"{handler} is no folder");
        }

        var context = stack.Full("build/" + function.Name);
        if (Directory.Exists(context))
        {
            Directory.Delete(context, recursive: true);
        }

        var isDockerfile = function.Template == "dockerfile";
        var destination = isDockerfile ? context : Path.GetFullPath(Path.Combine(context, overlay));
        Directory.CreateDirectory(destination);
        if (!isDockerfile)
        {
            Copy(template, context);
        }

        foreach (var entry in Directory.GetFileSystemEntries(handler).Where(path => Path.GetFileName(path) is not ("build" or "template")))
        {
            Copy(entry, Path.Combine(destination, Path.GetFileName(entry)));
        }

        foreach (var copy in stack.Copies)
        {
            var source = Path.TrimEndingDirectorySeparator(stack.Full(copy));
            if (source == stack.Root || !source.StartsWith(stack.Root, StringComparison.Ordinal))
            {
                throw new IOException($"{copy} is forbidden");
            }

            Copy(source, Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination + "/" + copy)));
        }
    }

    /// <summary>Copies a file or a folder; links are followed, a folder that is there is merged.</summary>
    public static void Copy(string source, string destination, int depth = 0)
    {
        if (depth > MaxNesting)
        {
            throw new IOException($"{source}: too many levels");
        }

        var target = File.ResolveLinkTarget(source, returnFinalTarget: true)?.FullName ?? source;
        if (Directory.Exists(target))
        {
            Directory.CreateDirectory(destination);
            foreach (var entry in Directory.GetFileSystemEntries(source))
            {
                Copy(entry, Path.Combine(destination, Path.GetFileName(entry)), depth + 1);
            }

            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        using (var from = File.OpenRead(target))
        using (var to = File.Create(destination))
        {
            from.CopyTo(to);
        }

        File.SetUnixFileMode(destination, File.GetUnixFileMode(target));
    }

    private static string HandlerFolder(string description)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(File.ReadAllText(description)));
            return yaml.Documents is [{ RootNode: YamlMappingNode map }, ..]
                && map.Children.TryGetValue("handler_folder", out var folder) && folder is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : "function";
        }
        catch (YamlException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
