using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>Makes digest and reference outputs of the CI step: <c>ContainerCiOutputs</c> = <c>auto</c>, <c>none</c>, <c>azuredevops</c>, <c>github</c> or <c>gitlab</c>.</summary>
internal sealed class CiOutputs
{
    private readonly string? system;
    private readonly Func<string, string?> environment;
    private readonly Lock gate = new();

    /// <summary>Takes the system named by the property, or with <c>auto</c> the one whose variables are set.</summary>
    /// <exception cref="DiagnosticException">The property names none.</exception>
    public CiOutputs(BuildRequest request, Func<string, string?> environment)
    {
        this.environment = environment;
        system = Detect(request, environment);
    }

    /// <summary>Tells the system; the names of one image among several end with its function's name.</summary>
    public void Write(ImageMetadata image, bool isOneOfSeveral, IBuildLog log)
    {
        // Names of outputs are words.
        var suffix = isOneOfSeveral ? "_" + image.FunctionName.Replace('-', '_') : "";
        switch (system)
        {
            case "azuredevops":
                log.Command($"##vso[task.setvariable variable=OpenFaaSImageDigest{suffix};isoutput=true]{image.Digest}");
                log.Command($"##vso[task.setvariable variable=OpenFaaSImage{suffix};isoutput=true]{image.Identity}");
                break;
            case "github":
                Append(environment("GITHUB_OUTPUT"), suffix, image, log);
                break;
            case "gitlab":
                var folder = environment("CI_PROJECT_DIR");
                Append(folder is null ? null : Path.Combine(folder, "openfaas.env"), suffix, image, log);
                break;
        }
    }

    private static string? Detect(BuildRequest request, Func<string, string?> environment)
    {
        var wanted = (request.Property("ContainerCiOutputs") ?? "auto").ToLowerInvariant();
        return wanted switch
        {
            "none" => null,
            "auto" => environment("TF_BUILD") is "True" or "true" ? "azuredevops"
                : environment("GITHUB_ACTIONS") == "true" ? "github"
                : environment("GITLAB_CI") == "true" ? "gitlab" : null,
            "azuredevops" or "github" or "gitlab" => wanted,
            _ => throw InputDiagnostics.InvalidProperty.With("ContainerCiOutputs", wanted, "one of auto, none, azuredevops, github, gitlab")
                .At(request.Project).ToException(),
        };
    }

    private void Append(string? path, string suffix, ImageMetadata image, IBuildLog log)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            // Functions of one publish finish side by side.
            lock (gate)
            {
                File.AppendAllText(path, $"digest{suffix}={image.Digest}\nimage{suffix}={image.Identity}\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Report(InputDiagnostics.CiOutputNotWritten.With(path, e.Message));
        }
    }
}
