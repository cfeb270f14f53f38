using OpenFaaS.Build.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpenFaaS.Build.Templates;

/// <summary>What the SDK reads from a <c>template.yml</c> of faas-cli; other keys are left alone.</summary>
/// <param name="HandlerFolder">Folder of the handler in the build context.</param>
internal sealed record TemplateDescription(string HandlerFolder)
{
    private const string DefaultHandlerFolder = "function";
    private const int MaxSize = 1 << 20;
    private const int MaxDepth = 64;

    /// <summary>Reads the file; a template without one has the defaults.</summary>
    public static TemplateDescription Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return new TemplateDescription(DefaultHandlerFolder);
            }

            if (file.Length > MaxSize)
            {
                throw Malformed(path, "it is larger than 1 MiB");
            }

            using var reader = file.OpenText();
            var folder = (ReadKey(reader, "handler_folder") ?? DefaultHandlerFolder).Replace('\\', '/').Trim('/');
            return folder.Split('/').Any(part => part is "" or "." or "..")
                ? throw Malformed(path, $"handler_folder '{folder}' leaves the build context")
                : new TemplateDescription(folder);
        }
        catch (YamlException e)
        {
            throw TemplateDiagnostics.MalformedTemplate.With(Path.GetFileName(path), e.Message.ReplaceLineEndings(" "))
                .At(path, (int)e.Start.Line, (int)e.Start.Column).ToException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Malformed(path, e.Message);
        }
    }

    // Events only, never a tree: aliases are not expanded and nesting costs no stack.
    private static string? ReadKey(TextReader reader, string key)
    {
        var parser = new Parser(reader);
        string? value = null;
        var depth = 0;
        var isKey = false;
        var isWanted = false;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart when ++depth > MaxDepth:
                    throw new YamlException(parser.Current.Start, parser.Current.End, $"nested deeper than {MaxDepth}");
                case MappingStart when depth == 1:
                    isKey = true;
                    break;
                case MappingEnd or SequenceEnd:
                    depth--;
                    isKey |= depth == 1;
                    break;
                case Scalar scalar when depth == 1:
                    value = !isKey && isWanted && scalar.Value.Length > 0 ? scalar.Value : value;
                    isWanted = isKey && scalar.Value == key;
                    isKey = !isKey;
                    break;
            }
        }

        return value;
    }

    private static DiagnosticException Malformed(string path, string why) =>
        TemplateDiagnostics.MalformedTemplate.With(Path.GetFileName(path), why).At(path).ToException();
}
