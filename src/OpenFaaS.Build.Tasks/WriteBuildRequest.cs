using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace OpenFaaS.Build.Tasks;

/// <summary>Writes the worker's request from MSBuild's properties and items; a file that already says the same is not touched.</summary>
[MSBuildMultiThreadableTask]
public sealed class WriteBuildRequest : Task
{
    private const int FormatVersion = 1;

    /// <summary>Full path of the request.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <summary>Full path of the project file.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Project file name without extension.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary>Full path of the project folder.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary><c>dotnet</c> or <c>any</c>.</summary>
    [Required]
    public string Shape { get; set; } = "";

    /// <summary>Full path of the folder for outputs and state.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Identity is a property's name, metadatum <c>Value</c> its value; empty ones are left out.</summary>
    public ITaskItem[] Properties { get; set; } = [];

    /// <summary>Metadatum <c>ItemType</c> is the item's type; <c>MetadataNames</c> lists the metadata that go along.</summary>
    public ITaskItem[] Items { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            if (WholeFile.WriteIfDifferent(File, Encoding.UTF8.GetBytes(Write())))
            {
                Log.LogMessage(MessageImportance.Low, "The build request changed: {0}", File);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TaskDiagnostics.CannotWrite.LogError(Log, Project, File, e.Message);
        }

        return !Log.HasLoggedErrors;
    }

    private string Write()
    {
        var json = new JsonText()
            .Open('{')
            .Value("version", FormatVersion)
            .Value("sdkVersion", SdkVersion())
            .Value("project", Project)
            .Value("projectName", ProjectName)
            .Value("projectDirectory", ProjectDirectory)
            .Value("shape", Shape)
            .Value("outputDirectory", OutputDirectory)
            .Open('{', "properties");
        var properties = Properties
            .Select(item => (Name: item.ItemSpec, Value: item.GetMetadata("Value")))
            .Where(property => property.Value.Length > 0)
            .OrderBy(property => property.Name, StringComparer.Ordinal);
        foreach (var (name, value) in properties)
        {
            json.Value(name, value);
        }

        json.Close('}').Open('{', "items");
        foreach (var type in Items.GroupBy(item => item.GetMetadata("ItemType"), StringComparer.Ordinal))
        {
            json.Open('[', type.Key);
            foreach (var item in type)
            {
                WriteItem(json, item);
            }

            json.Close(']');
        }

        return json.Close('}').Close('}').ToString();
    }

    private static void WriteItem(JsonText json, ITaskItem item)
    {
        json.Open('{').Value("include", item.ItemSpec);
        var metadata = item.GetMetadata("MetadataNames")
            .Split([';'], StringSplitOptions.RemoveEmptyEntries)
            .Select(name => (Name: name, Value: item.GetMetadata(name)))
            .Where(datum => datum.Value.Length > 0)
            .ToList();
        if (metadata.Count > 0)
        {
            json.Open('{', "metadata");
            foreach (var (name, value) in metadata)
            {
                json.Value(name, value);
            }

            json.Close('}');
        }

        json.Close('}');
    }

    // The package's tasks and targets have one version, and the assembly cannot be edited by mistake.
    private static string SdkVersion()
    {
        var version = typeof(WriteBuildRequest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return version.Split('+')[0];
    }
}
