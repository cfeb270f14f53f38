using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Stacks;

namespace OpenFaaS.Build.Publishing;

/// <summary>A function and the request that it was read from, which is a part of its fingerprint and of its outputs.</summary>
internal sealed record RequestedFunction(FunctionModel Model, BuildRequest Request);

/// <summary>The functions of a publish: the project itself, or the selected ones of its stack file.</summary>
internal static class FunctionSet
{
    private const string StackShape = "stack";

    /// <summary>Reads all; every mistake of every function is reported at once, before anything is built.</summary>
    /// <exception cref="DiagnosticException">One or more inputs are wrong.</exception>
    public static IReadOnlyList<RequestedFunction> Read(BuildRequest request, PublishSettings settings, Func<string, string?> environment, IBuildLog log)
    {
        var errors = new List<Diagnostic>();
        var functions = new List<RequestedFunction>();
        foreach (var read in request.Shape == StackShape ? OfStack(request, settings, environment, log) : [() => FunctionInputs.Of(request)])
        {
            try
            {
                var inputs = read();
                functions.Add(new RequestedFunction(FunctionModelReader.Read(inputs, environment), inputs.Request));
            }
            catch (DiagnosticException e)
            {
                errors.AddRange(e.Diagnostics);
            }
        }

        errors.AddRange(SharedOutputs(functions));
        if (functions.Count > 1)
        {
            errors.AddRange(Clashes(functions));
            errors.AddRange(SharedFiles(request, functions.Count));
        }

        return errors.Count == 0 ? functions : throw new DiagnosticException([.. errors.Distinct()]);
    }

    private static List<Func<FunctionInputs>> OfStack(BuildRequest request, PublishSettings settings, Func<string, string?> environment, IBuildLog log)
    {
        var text = request.Property("FunctionStackFile") ?? "stack.yaml";

        // An address is the reader's to refuse; as a path it would be another text, with its credentials.
        var path = text.Contains("://", StringComparison.Ordinal) ? text : Path.GetFullPath(text.Replace('\\', Path.DirectorySeparatorChar), request.ProjectDirectory);
        var stack = StackFileReader.Read(path, settings.SubstituteVariables, environment, log);
        var selected = StackSelection.Select(stack, request.Property("FunctionFilter"), request.Property("FunctionRegex"));
        foreach (var skipped in selected.Where(function => function.SkipBuild))
        {
            log.Message(MessageImportance.Normal, $"{skipped.Name} is left out: it has skip_build.");
        }

        var built = selected.Where(function => !function.SkipBuild).ToList();
        if (built.Count == 0 && selected.Count > 0)
        {
            log.Report(InputDiagnostics.NothingToBuild.With().At(path));
        }

        return [.. built.Select<StackFunction, Func<FunctionInputs>>(function => () => StackExpansion.Expand(request, stack, function))];
    }

    private static IEnumerable<Diagnostic> Clashes(IReadOnlyList<RequestedFunction> functions) =>
        from function in functions
        from name in function.Model.Destination.Names
        group function.Model by name.ToString() into same
        where same.Distinct().Count() > 1
        select InputDiagnostics.SameReference.With(same.First().Name, same.Last().Name, same.Key).At(same.Last().Origin);

    private static IEnumerable<Diagnostic> SharedOutputs(IReadOnlyList<RequestedFunction> functions) =>
        from function in functions
        from path in StepOutputs.Further(function.Model)
        group function.Model by path into same
        where same.Count() > 1
        select InputDiagnostics.SameOutput.With(same.Key, string.Join(", ", same.Select(function => function.Name.Value).Distinct())).At(same.Last().Origin);

    private static IEnumerable<Diagnostic> SharedFiles(BuildRequest request, int count)
    {
        foreach (var property in new[] { "ContainerArchiveOutputPath", "ContainerMetadataFile", "ContainerDigestFile" })
        {
            if (request.Property(property) is { } path && !OutputCopies.IsForEach(path, request.ProjectDirectory))
            {
                yield return InputDiagnostics.OneFileForSeveral.With(property, path, count).At(request.Project);
            }
        }
    }
}
