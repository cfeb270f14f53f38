using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Raw inputs in, validated model out. All errors of a function are reported together.</summary>
public static class FunctionModelReader
{
    /// <summary>The template that shape A uses by default.</summary>
    public const string DotNetTemplate = "dotnet";

    /// <summary>The model of a project that is one function.</summary>
    /// <exception cref="DiagnosticException">One or more inputs are wrong.</exception>
    public static FunctionModel Read(BuildRequest request, Func<string, string?> environment) => Read(FunctionInputs.Of(request), environment);

    /// <summary>The model of one function.</summary>
    /// <exception cref="DiagnosticException">One or more inputs are wrong.</exception>
    public static FunctionModel Read(FunctionInputs inputs, Func<string, string?> environment)
    {
        var request = inputs.Request;
        var reader = new InputReader(inputs, environment);
        UnsupportedInputs.Report(reader);

        var shape = request.Shape == "dotnet" ? FunctionShape.DotNet : FunctionShape.Any;
        var name = ReadName(reader);
        var image = ImageModelReader.Read(reader, shape);
        var builder = BuilderModelReader.Read(reader);
        var destination = DestinationReader.Read(reader, name);
        var model = new FunctionModel
        {
            Name = name ?? FunctionName.TryParse("invalid")!,
            Shape = shape,
            Project = new ProjectInfo(request.ProjectName, request.Project, request.ProjectDirectory, request.OutputDirectory),
            Origin = inputs.Origin,
            BaseFolder = Path.GetFullPath(inputs.BaseFolder),
            Template = TemplateModelReader.ReadName(reader, shape),
            TemplatePath = reader.Text("FunctionTemplatePath") is { } templates ? reader.FullPath(templates) : null,
            TemplateSources = TemplateModelReader.ReadSources(reader),
            TemplateOverrides = TemplateModelReader.ReadOverrides(reader, name),
            BuildOptions = [.. reader.Request.ItemsOf("FunctionBuildOption").Select(item => item.Include.Trim()).Distinct(StringComparer.Ordinal)],
            Copies = ReadCopies(reader),
            HandlerFolder = ReadHandler(reader, shape),
            FileMode = reader.Word("FunctionFileMode", "normalize", "normalize", "preserve") == "preserve" ? FileModePolicy.Preserve : FileModePolicy.Normalize,
            IgnoreFiles = reader.Switch("FunctionIgnoreFile") ?? true,
            DefaultExcludes = reader.Switch("FunctionDefaultExcludes") ?? true,
            ShrinkwrapFolder = Path.Combine(
                reader.FullPath(reader.Text("ShrinkwrapDir") ?? Path.Combine(request.OutputDirectory, "context")), name?.Value ?? ""),
            Image = image,
            Destination = destination,
            TagFormat = TagFormatting.Read(reader),
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

    private static string ReadHandler(InputReader reader, FunctionShape shape) => reader.Text("FunctionHandler") switch
    {
        { } handler => reader.FullPath(handler),
        null when shape == FunctionShape.DotNet => reader.FullPath(reader.Text("PublishDir") ?? "."),
        null => Path.GetFullPath(reader.Request.ProjectDirectory),
    };

    private static List<ExtraPath> ReadCopies(InputReader reader)
    {
        const string input = "@(FunctionCopyExtra)";
        var copies = new List<ExtraPath>();
        foreach (var item in reader.Request.ItemsOf("FunctionCopyExtra"))
        {
            if (ExtraPath.TryCreate(item.Include, reader.Inputs.BaseFolder, reader.PlaceOf($"{input} {item.Include}")) is not { } copy)
            {
                reader.Invalid(input, item.Include, $"a file or folder inside '{Path.TrimEndingDirectorySeparator(reader.Inputs.BaseFolder)}', other than that folder itself");
            }
            else if (copies.All(known => known.Path != copy.Path))
            {
                copies.Add(copy);
            }
        }

        return copies;
    }
}
