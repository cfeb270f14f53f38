using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Raw request in, validated model out. All errors of a request are reported together.</summary>
public static class FunctionModelReader
{
    /// <summary>The template that shape A uses by default.</summary>
    public const string DotNetTemplate = "dotnet";

    /// <summary>The template of a handler that brings its own Dockerfile.</summary>
    public const string DockerfileTemplate = "dockerfile";

    /// <exception cref="DiagnosticException">One or more inputs are wrong.</exception>
    public static FunctionModel Read(BuildRequest request, Func<string, string?> environment)
    {
        var reader = new InputReader(request, environment);
        UnsupportedInputs.Report(reader);

        var shape = request.Shape == "dotnet" ? FunctionShape.DotNet : FunctionShape.Any;
        var name = ReadName(reader);
        var template = ReadTemplate(reader, shape);
        var image = ImageModelReader.Read(reader, shape);
        var builder = BuilderModelReader.Read(reader);
        var destination = DestinationReader.Read(reader, name);
        var handler = reader.Text("FunctionHandler");
        var model = new FunctionModel
        {
            Name = name ?? FunctionName.TryParse("invalid")!,
            Shape = shape,
            Project = new ProjectInfo(request.ProjectName, request.Project, request.ProjectDirectory, request.OutputDirectory),
            Template = template,
            TemplatePath = reader.Text("FunctionTemplatePath") is { } templates ? reader.FullPath(templates) : null,
            HandlerFolder = handler is null
                ? (shape == FunctionShape.DotNet ? reader.FullPath(reader.Text("PublishDir") ?? ".") : Path.GetFullPath(request.ProjectDirectory))
                : reader.FullPath(handler),
            FileMode = reader.Word("FunctionFileMode", "normalize", "normalize", "preserve") == "preserve" ? FileModePolicy.Preserve : FileModePolicy.Normalize,
            DefaultExcludes = reader.Switch("FunctionDefaultExcludes") ?? true,
            ShrinkwrapFolder = Path.Combine(
                reader.FullPath(reader.Text("ShrinkwrapDir") ?? Path.Combine(request.OutputDirectory, "context")), name?.Value ?? ""),
            Image = image,
            Destination = destination,
            Builder = builder,
            Force = reader.Switch("FunctionForce") ?? false,
        };

        return reader.Errors.Count == 0 ? model : throw new DiagnosticException(reader.Errors);
    }

    private static FunctionName? ReadName(InputReader reader)
    {
        var text = reader.Text("FunctionName") ?? FunctionName.FromProjectName(reader.Request.ProjectName);
        var name = FunctionName.TryParse(text);
        if (name is null)
        {
            reader.Error(InputDiagnostics.InvalidFunctionName.With(text));
        }

        return name;
    }

    private static string ReadTemplate(InputReader reader, FunctionShape shape)
    {
        var template = reader.Text("FunctionTemplate");
        if (template is null)
        {
            if (shape == FunctionShape.DotNet)
            {
                return DotNetTemplate;
            }

            reader.Error(InputDiagnostics.TemplateRequired.With());
            return "";
        }

        var at = template.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? template : template[..at];
        if (name.Length == 0 || name.Length > 128 || name.StartsWith('-') || name is "." or ".."
            || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            reader.Invalid("FunctionTemplate", template, "a template name (letters, digits, '-', '_', '.')");
        }

        return string.Equals(name, DockerfileTemplate, StringComparison.OrdinalIgnoreCase) ? DockerfileTemplate : name;
    }
}
