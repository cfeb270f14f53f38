using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>What concerns a publish as a whole, however many functions it has.</summary>
public sealed record PublishSettings
{
    /// <summary>Functions built at once.</summary>
    public required int Parallelism { get; init; }

    /// <summary>Whether <c>${NAME}</c> in stack files is replaced.</summary>
    public required bool SubstituteVariables { get; init; }

    public required TemplatePull Pull { get; init; }

    /// <summary>Whether anything that differs from the lock file is an error.</summary>
    public required bool LockedMode { get; init; }

    /// <summary>Full path of the lock file, whether it exists or not.</summary>
    public required string LockFile { get; init; }

    /// <summary>Address or file of the template store; null is the official one, or that of <c>OPENFAAS_TEMPLATE_STORE_URL</c>.</summary>
    public string? TemplateStore { get; init; }

    /// <summary>Full path of the folder that keeps pulled templates.</summary>
    public required string TemplateCache { get; init; }

    /// <summary>Full paths of folders that hold restored NuGet packages.</summary>
    public required IReadOnlyList<string> PackageFolders { get; init; }

    /// <exception cref="DiagnosticException">One or more inputs are wrong.</exception>
    public static PublishSettings Read(BuildRequest request, Func<string, string?> environment)
    {
        var reader = new InputReader(FunctionInputs.Of(request), environment);
        var pull = reader.Word("FunctionPullTemplates", "false", "false", "true", "only");
        var settings = new PublishSettings
        {
            Parallelism = (int)(reader.Number("FunctionParallelism", reader.Text("FunctionParallelism"), 1, 1024) ?? Environment.ProcessorCount),
            SubstituteVariables = reader.Switch("FunctionSubstituteVariables") ?? true,
            Pull = pull switch { "true" => TemplatePull.AndPublish, "only" => TemplatePull.Only, _ => TemplatePull.AsNeeded },
            LockedMode = reader.Switch("FunctionLockedMode") ?? false,
            LockFile = reader.FullPath("openfaas.lock.json"),
            TemplateStore = reader.Text("FunctionTemplateStore"),
            TemplateCache = reader.Text("FunctionTemplateCache") is { } cache ? reader.FullPath(cache) : UserCache(environment),
            PackageFolders = [.. new[] { reader.Text("NuGetPackageRoot") }.OfType<string>().Select(reader.FullPath)],
        };
        return reader.Errors.Count == 0 ? settings : throw new DiagnosticException(reader.Errors);
    }

    // The places where each system keeps what can be fetched again.
    private static string UserCache(Func<string, string?> environment)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var root = environment("XDG_CACHE_HOME") is { } given && Path.IsPathFullyQualified(given) ? given
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : home.Length > 0 ? Path.Combine(home, ".cache") : "";
        return Path.Combine(root.Length > 0 ? root : Path.GetTempPath(), "openfaas-build-sdk", "templates");
    }
}

/// <summary>When templates are fetched.</summary>
public enum TemplatePull
{
    /// <summary>Where a function needs one that is in no folder of the project's.</summary>
    AsNeeded,

    /// <summary>Anew, into the project's template folder and the lock file; then the functions are published.</summary>
    AndPublish,

    /// <summary>Anew, and nothing is published.</summary>
    Only,
}
