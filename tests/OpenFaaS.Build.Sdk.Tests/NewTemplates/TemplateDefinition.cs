using System.Text.Json;

namespace OpenFaaS.Build.Sdk.Tests.NewTemplates;

/// <summary>A template as its sources define it: <c>template.json</c> and the option names of <c>dotnetcli.host.json</c>.</summary>
internal sealed class TemplateDefinition
{
    private readonly JsonElement template;
    private readonly JsonElement host;

    private TemplateDefinition(string folder)
    {
        Folder = folder;
        template = Read("template.json");
        host = Read("dotnetcli.host.json");
        Ide = Read("ide.host.json");
    }

    /// <summary>Full path of the project that the template package is made of.</summary>
    public static string Sources { get; } = Path.Combine(Repository.Root, "src", "OpenFaaS.Build.Templates");

    /// <summary>Every template, by short name.</summary>
    public static IReadOnlyList<TemplateDefinition> All { get; } =
        [.. Directory.GetDirectories(Path.Combine(Sources, "templates")).Order(StringComparer.Ordinal).Select(folder => new TemplateDefinition(folder))];

    /// <summary>Full path of the template's folder.</summary>
    public string Folder { get; }

    public string ShortName => template.GetProperty("shortName").GetString()!;

    /// <summary><c>ide.host.json</c>.</summary>
    public JsonElement Ide { get; }

    /// <summary>Names of the symbols that users set.</summary>
    public IEnumerable<string> Parameters => template.GetProperty("symbols").EnumerateObject()
        .Where(symbol => symbol.Value.GetProperty("type").GetString() == "parameter").Select(symbol => symbol.Name);

    /// <summary>How the name of the project becomes the function's: the chain's steps and their forms, as JSON.</summary>
    public string FunctionNameForms
    {
        get
        {
            var forms = template.GetProperty("forms");
            var chain = forms.GetProperty(Symbol("functionName").GetProperty("valueTransform").GetString()!);
            return string.Join('\n', chain.GetProperty("steps").EnumerateArray().Select(step => forms.GetProperty(step.GetString()!).GetRawText()));
        }
    }

    /// <summary>Default of a parameter.</summary>
    public string Default(string parameter) => Symbol(parameter).GetProperty("defaultValue").GetString()!;

    /// <summary>Values that a parameter may have.</summary>
    public IEnumerable<string> Choices(string parameter) => Symbol(parameter).GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("choice").GetString()!);

    /// <summary>The option of a parameter, as <c>--builder</c>, and its short form, as <c>-b</c>, or an empty text.</summary>
    public (string Long, string Short) Option(string parameter)
    {
        var names = host.GetProperty("symbolInfo").GetProperty(parameter);
        var brief = names.GetProperty("shortName").GetString()!;
        return ("--" + names.GetProperty("longName").GetString(), brief.Length == 0 ? "" : "-" + brief);
    }

    private JsonElement Symbol(string name) => template.GetProperty("symbols").GetProperty(name);

    private JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, ".template.config", file))).RootElement;
}
