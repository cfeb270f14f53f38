using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Stacks;

/// <summary>Makes of a stack file and its project what each function is read from. Where both say something, the project's properties and items win, as flags win in faas-cli.</summary>
internal static class StackExpansion
{
    // They say which functions are built and how, not what a function is.
    private static readonly string[] OfTheStack = ["FunctionStackFile", "FunctionFilter", "FunctionRegex", "FunctionParallelism", "FunctionSubstituteVariables"];

    /// <param name="request">The project's request.</param>
    /// <param name="stack">The stack file.</param>
    /// <param name="function">One of its functions.</param>
    /// <exception cref="DiagnosticException">The function has no template or no handler.</exception>
    public static FunctionInputs Expand(BuildRequest request, StackFile stack, StackFunction function)
    {
        var properties = request.Properties.Where(pair => !OfTheStack.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal);
        var places = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        var errors = new List<Diagnostic>();
        if (FunctionName.TryParse(function.Name) is null)
        {
            // Before it is a property: an empty one would be the project's name.
            errors.Add(InputDiagnostics.InvalidFunctionName.With(function.Name).At(function.At));
        }

        properties["FunctionName"] = function.Name;
        foreach (var path in function.BuildSecrets.Select(pair => pair.Value).Append(function.Handler).OfType<StackText>().Where(path => path.Value.Contains('\0', StringComparison.Ordinal)))
        {
            errors.Add(InputDiagnostics.InvalidStackValue.With(function.Name, "the path", path.Value.Replace('\0', '?'), "a path: it holds a NUL character").At(path.At));
        }

        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }

        Put("FunctionTemplate", Required(function.Lang, "lang"));
        Put("FunctionHandler", Required(function.Handler, "handler") is { } handler ? handler with { Value = Full(stack, handler) } : null);
        if (!properties.ContainsKey("ContainerPlatforms"))
        {
            Put("ContainerPlatforms", function.Platforms);
        }

        if (function.Image is { } image)
        {
            places["image"] = image.At;
        }

        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }

        return new FunctionInputs(request with { Shape = "any", Properties = properties, Items = Items(request, stack, function, places) }, function.At)
        {
            Places = places,
            BaseFolder = stack.Folder,
            ImageName = function.Image?.Value,
            TemplateSources = [.. stack.Templates.Select(template => new TemplateSourceEntry(template.Name.Value, template.Source?.Value, stack.Folder, template.Name.At))],
        };

        void Put(string name, StackText? text)
        {
            if (text is { Value.Length: > 0 })
            {
                properties[name] = text.Value;
                places[name] = text.At;
            }
        }

        StackText? Required(StackText? text, string key)
        {
            if (text is { Value.Length: > 0 })
            {
                return text;
            }

            errors.Add(InputDiagnostics.MissingStackValue.With(function.Name, $"'{key}'").At(text?.At ?? function.At));
            return null;
        }
    }

    private static Dictionary<string, IReadOnlyList<RequestItem>> Items(BuildRequest request, StackFile stack, StackFunction function, Dictionary<string, SourceLocation> places)
    {
        var items = new Dictionary<string, IReadOnlyList<RequestItem>>(request.Items, StringComparer.Ordinal);
        Append("FunctionBuildOption", function.BuildOptions.Select(option => new RequestItem(option.Value)));
        Append("ContainerBuildArg", function.BuildArgs.Select(pair => new RequestItem(pair.Key, Metadata(("Value", pair.Value.Value), ("Literal", "true")))));
        Append("ContainerBuildSecret", function.BuildSecrets.Select(pair => new RequestItem(pair.Key, Metadata(("Source", "file:" + Full(stack, pair.Value))))));
        Append("FunctionCopyExtra", stack.Copy.Select(copy => new RequestItem(copy.Value)));
        foreach (var copy in stack.Copy)
        {
            places[$"@(FunctionCopyExtra) {copy.Value}"] = copy.At;
        }

        return items;

        void Append(string type, IEnumerable<RequestItem> more)
        {
            var given = request.ItemsOf(type);
            IReadOnlyList<RequestItem> all = [.. given, .. more.Where(item => given.All(known => known.Include != item.Include))];
            if (all.Count > 0)
            {
                items[type] = all;
            }
        }
    }

    private static Dictionary<string, string> Metadata(params ReadOnlySpan<(string Name, string Value)> pairs)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            metadata[name] = value;
        }

        return metadata;
    }

    private static string Full(StackFile stack, StackText path) =>
        Path.GetFullPath(path.Value.Replace('\\', Path.DirectorySeparatorChar), stack.Folder);
}
