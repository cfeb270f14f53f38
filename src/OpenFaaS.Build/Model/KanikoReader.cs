using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Model;

/// <summary>Reads how Kaniko's executor is run.</summary>
internal static partial class KanikoReader
{
    /// <summary>Here-documents.</summary>
    public const string Heredoc = "heredoc";

    /// <summary><c>RUN --mount</c>.</summary>
    public const string Mount = "mount";

    private static readonly string[] Runners = ["docker", "podman", "executor", "kubernetes"];

    // What only some runners have a use of: given with another it would be ignored.
    private static readonly (string[] Runners, string[] Names)[] Owned =
    [
        (["docker", "podman"], ["KanikoNetwork"]),
        (["executor"], ["KanikoExecutor"]),
        (["kubernetes"], KanikoPodReader.Names),
    ];

    public static KanikoModel Read(InputReader reader)
    {
        var runner = reader.Text("KanikoRunner") is null ? null : reader.Word("KanikoRunner", Runners[0], Runners);
        EnsureUsed(reader, runner);
        return new KanikoModel
        {
            Image = Checked(reader, "KanikoImage", Image(), "the name of an image"),
            Runner = runner,
            Executor = reader.Text("KanikoExecutor") is not { } text ? null : text.AsSpan().IndexOfAny('/', '\\') < 0 ? text : reader.FullPath(text),
            Network = Checked(reader, "KanikoNetwork", Network(), "host, none, or the name of a network"),
            Features = Features(reader),
            Pod = KanikoPodReader.Read(reader),
        };
    }

    /// <summary>A value that has a form; reported where it has another.</summary>
    public static string? Checked(InputReader reader, string name, Regex form, string expected)
    {
        var text = reader.Text(name);
        if (text is not null && !form.IsMatch(text))
        {
            reader.Invalid(name, text, expected);
        }

        return text;
    }

    private static void EnsureUsed(InputReader reader, string? runner)
    {
        if (!string.Equals(reader.Text("ContainerBuilder"), "kaniko", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        // Without a runner that is named it is one on this machine.
        foreach (var (runners, names) in Owned.Where(owned => runner is null ? owned.Runners.Contains("kubernetes", StringComparer.Ordinal) : !owned.Runners.Contains(runner, StringComparer.Ordinal)))
        {
            foreach (var name in names)
            {
                if (reader.Text(name) is { } text)
                {
                    reader.Invalid(name, text, $"used with any KanikoRunner but {string.Join(" and ", runners)}");
                }
            }
        }
    }

    private static HashSet<string> Features(InputReader reader)
    {
        var features = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in reader.List("KanikoFeatures"))
        {
            if (!features.Add(feature.ToLowerInvariant()) || feature.ToLowerInvariant() is not (Heredoc or Mount))
            {
                reader.Invalid("KanikoFeatures", feature, $"a list of {Heredoc} and {Mount}, each once");
            }
        }

        return features;
    }

    // Both reach command lines: neither may look like an option.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Image();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Network();
}
