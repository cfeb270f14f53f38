using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>Makes digest and reference outputs of the CI step: <c>ContainerCiOutputs</c> = <c>auto</c>, <c>none</c>, <c>azuredevops</c>, <c>github</c> or <c>gitlab</c>.</summary>
internal static class CiOutputs
{
    /// <summary>The system named by the property, or with <c>auto</c> the one whose variables are set; null for none.</summary>
    public static string? Detect(BuildRequest request, Func<string, string?> environment)
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

    public static async Task WriteAsync(string? system, ImageMetadata image, Func<string, string?> environment, IBuildLog log, CancellationToken cancellationToken)
    {
        switch (system)
        {
            case "azuredevops":
                log.Command($"##vso[task.setvariable variable=OpenFaaSImageDigest;isoutput=true]{image.Digest}");
                log.Command($"##vso[task.setvariable variable=OpenFaaSImage;isoutput=true]{image.Identity}");
                break;
            case "github":
                await AppendAsync(environment("GITHUB_OUTPUT"), image, log, cancellationToken);
                break;
            case "gitlab":
                var folder = environment("CI_PROJECT_DIR");
                await AppendAsync(folder is null ? null : Path.Combine(folder, "openfaas.env"), image, log, cancellationToken);
                break;
        }
    }

    private static async Task AppendAsync(string? path, ImageMetadata image, IBuildLog log, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            await File.AppendAllTextAsync(path, $"digest={image.Digest}\nimage={image.Identity}\n", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Report(InputDiagnostics.CiOutputNotWritten.With(path, e.Message));
        }
    }
}
