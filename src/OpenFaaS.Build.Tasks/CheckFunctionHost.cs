using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace OpenFaaS.Build.Tasks;

/// <summary>Says before the compiler does, and with a code, that the SDK's entry point has nothing to call.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckFunctionHost : Task
{
    private const int MaximumSourceSize = 4 * 1024 * 1024;

    // Comments and literals are consumed first, so that what they say is no declaration.
    private static readonly Regex Declaration = new(
        """//[^\n]*|/\*[\s\S]*?\*/|"{3}[\s\S]*?"{3}|@"[^"]*"|"(\\.|[^"\\\n])*"|(?<handler>\b(class|struct|record)\s+Handler\b)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(2));

    /// <summary>Full path of the project file.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Value of <c>FunctionHost</c>.</summary>
    [Required]
    public string FunctionHost { get; set; } = "";

    /// <summary>Language of the project, as MSBuild names it.</summary>
    public string Language { get; set; } = "";

    /// <summary>1 if the SDK supplies the entry point.</summary>
    public int IsHttpHost { get; set; }

    /// <summary>Full paths of the project's sources.</summary>
    public string[] Sources { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (!new[] { "auto", "http", "none" }.Contains(FunctionHost, StringComparer.OrdinalIgnoreCase))
        {
            TaskDiagnostics.InvalidProperty.LogError(Log, Project, "FunctionHost", FunctionHost, "one of auto, http, none");
        }
        else if (IsHttpHost > 0 && Language != "C#")
        {
            TaskDiagnostics.HostNeedsCSharp.LogError(Log, Project, Language);
        }
        else if (IsHttpHost > 0 && !Sources.Any(DeclaresHandler))
        {
            TaskDiagnostics.NoHandlerClass.LogError(Log, Project);
        }

        return !Log.HasLoggedErrors;
    }

    private static bool DeclaresHandler(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaximumSourceSize)
            {
                return false;
            }

            for (var match = Declaration.Match(File.ReadAllText(path)); match.Success; match = match.NextMatch())
            {
                if (match.Groups["handler"].Success)
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The compiler reports sources that cannot be read.
            return true;
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }
}
