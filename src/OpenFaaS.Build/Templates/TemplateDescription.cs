using OpenFaaS.Build.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpenFaaS.Build.Templates;

/// <summary>What the SDK reads from a <c>template.yml</c> of faas-cli; other keys are left alone.</summary>
/// <param name="HandlerFolder">Folder of the handler in the build context.</param>
internal sealed record TemplateDescription(string HandlerFolder)
{
    private const string DefaultHandlerFolder = "function";
    private const int MaxSize = 1 << 20;

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
            var yaml = new YamlStream();
            yaml.Load(reader);
            var folder = yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root
                && root.Children.TryGetValue(new YamlScalarNode("handler_folder"), out var node) && node is YamlScalarNode { Value.Length: > 0 } scalar
                ? scalar.Value.Replace('\\', '/').Trim('/')
                : DefaultHandlerFolder;
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

    private static DiagnosticException Malformed(string path, string why) =>
        TemplateDiagnostics.MalformedTemplate.With(Path.GetFileName(path), why).At(path).ToException();
}
