using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>Adds the model's variables, working directory, ports, user and entry point as last instructions of the stage that is built, so that every builder honours them alike.</summary>
public static class DockerfileCompletion
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The Dockerfile with the instructions added; the text itself where there is nothing to add.</summary>
    /// <exception cref="DiagnosticException">The Dockerfile is malformed, or a value cannot be written in one.</exception>
    public static EditedDockerfile Complete(string text, string path, FunctionModel model)
    {
        var document = DockerfileParser.Parse(text, path);
        var added = Instructions(model, document.Escape);
        if (added.Count == 0)
        {
            return new EditedDockerfile(path, text, []);
        }

        var editor = new DockerfileEditor(text, document);
        editor.AddTo(StageGraph.Target(document, model.Builder.Target), added);
        return editor.Finish();
    }

    private static List<string> Instructions(FunctionModel model, char escape)
    {
        var image = model.Image;
        var lines = new List<string>();
        lines.AddRange(image.Environment.Select(pair => $"ENV {pair.Key}={Quote(pair.Value, escape, $"@(ContainerEnvironmentVariable) '{pair.Key}'", model)}"));
        if (image.WorkingDirectory is { } folder)
        {
            lines.Add("WORKDIR " + Quote(folder, escape, "ContainerWorkingDirectory", model));
        }

        lines.AddRange(image.Ports.Select(port => "EXPOSE " + port));
        if (image.User is { } user)
        {
            lines.Add("USER " + Quote(user, escape, "ContainerUser", model));
        }

        if (image.Entrypoint.Count > 0)
        {
            lines.Add("ENTRYPOINT " + ExecForm(image.Entrypoint));
        }

        if (image.DefaultArguments.Count > 0)
        {
            lines.Add("CMD " + ExecForm(image.DefaultArguments));
        }

        return lines;
    }

    private static string ExecForm(IReadOnlyList<string> words) => new JsonArray([.. words.Select(word => JsonValue.Create(word))]).ToJsonString(Json);

    private static string Quote(string value, char escape, string input, FunctionModel model) => QuotedWord.CanHold(value)
        ? QuotedWord.Of(value, escape)
        : throw InputDiagnostics.InvalidProperty.With(input, value.ReplaceLineEndings("\\n"), "a value on one line").At(model.Project.Path).ToException();
}
