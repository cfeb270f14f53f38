using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>Makes digest and reference outputs of the CI step: <c>ContainerCiOutputs</c> = <c>auto</c>, <c>none</c>, <c>azuredevops</c>, <c>github</c> or <c>gitlab</c>.</summary>
internal sealed class CiOutputs
{
    private readonly string? system;
    private readonly string? file;
    private readonly Lock gate = new();

    /// <summary>Takes the system named by the property, or with <c>auto</c> the one whose variables are set.</summary>
    /// <exception cref="DiagnosticException">The property names none, or one that does not say here where its outputs go.</exception>
    public CiOutputs(BuildRequest request, Func<string, string?> environment)
    {
        var (wanted, isNamed) = Detect(request, environment);
        var (variable, value) = wanted switch
        {
            "github" => ("GITHUB_OUTPUT", environment("GITHUB_OUTPUT")),
            "gitlab" => ("CI_PROJECT_DIR", environment("CI_PROJECT_DIR")),
            _ => ("", ""),
        };

        // What was found out by itself and lacks it is another system's copy of the variables.
        if (isNamed && variable.Length > 0 && string.IsNullOrEmpty(value) && !string.Equals(request.Property("ContainerBuilder"), "none", StringComparison.OrdinalIgnoreCase))
        {
            throw InputDiagnostics.InvalidProperty.With("ContainerCiOutputs", wanted, $"usable here: the environment variable {variable} is not set")
                .At(request.Project).ToException();
        }

        system = wanted;
        file = wanted == "gitlab" && !string.IsNullOrEmpty(value) ? Path.Combine(value, "openfaas.env") : value;
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
            case "github" or "gitlab":
                Append(file, suffix, image, log);
                break;
        }
    }

    private static (string? System, bool IsNamed) Detect(BuildRequest request, Func<string, string?> environment)
    {
        var wanted = (request.Property("ContainerCiOutputs") ?? "auto").ToLowerInvariant();
        return wanted switch
        {
            "none" => (null, false),
            "auto" => (environment("TF_BUILD") is "True" or "true" ? "azuredevops"
                : environment("GITHUB_ACTIONS") == "true" ? "github"
                : environment("GITLAB_CI") == "true" ? "gitlab" : null, false),
            "azuredevops" or "github" or "gitlab" => (wanted, true),
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
