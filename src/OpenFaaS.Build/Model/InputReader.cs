using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Reads typed values out of a request and collects every error, so that the user sees all of them at once.</summary>
internal sealed class InputReader(FunctionInputs inputs, Func<string, string?> environment)
{
    private readonly BuildRequest request = inputs.Request;
    private readonly List<Diagnostic> errors = [];

    public BuildRequest Request => request;

    public FunctionInputs Inputs => inputs;

    public IReadOnlyList<Diagnostic> Errors => errors;

    public string? Environment(string name) => environment(name) is { Length: > 0 } value ? value : null;

    public void Error(Diagnostic diagnostic) => errors.Add(diagnostic.At(diagnostic.Location ?? inputs.Origin));

    public void Invalid(string input, string value, string expected) =>
        Error(InputDiagnostics.InvalidProperty.With(input, value, expected).At(PlaceOf(input)));

    /// <summary>Where an input is written.</summary>
    public SourceLocation PlaceOf(string input) => inputs.Places.GetValueOrDefault(input) ?? inputs.Origin;

    public string? Text(string name) => request.Property(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>A <c>;</c> separated list; empty parts are dropped.</summary>
    public IReadOnlyList<string> List(string name) =>
        Text(name)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public bool? Switch(string name)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        Invalid(name, text, "true or false");
        return null;
    }

    /// <summary>One of a fixed set of words, without regard to case; returned as listed.</summary>
    public string Word(string name, string fallback, params string[] words)
    {
        var text = Text(name);
        if (text is null)
        {
            return fallback;
        }

        var match = words.FirstOrDefault(word => string.Equals(word, text, StringComparison.OrdinalIgnoreCase));
        if (match is null)
        {
            Invalid(name, text, "one of " + string.Join(", ", words));
        }

        return match ?? fallback;
    }

    public long? Number(string name, string? text, long minimum, long maximum)
    {
        if (text is null)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        Invalid(name, text, $"a whole number from {minimum} to {maximum}");
        return null;
    }

    /// <summary>A path that a user wrote, made absolute against the project folder.</summary>
    public string FullPath(string path) =>
        Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), request.ProjectDirectory);
}
