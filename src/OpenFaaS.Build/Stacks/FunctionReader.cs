using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Stacks;

/// <summary>Reads one entry of <c>functions</c>.</summary>
internal static class FunctionReader
{
    /// <param name="entry">Name and body; a null body is a function with nothing given.</param>
    /// <param name="problems">Where values of the wrong kind go.</param>
    /// <param name="unknown">Where unknown keys go.</param>
    public static StackFunction Read(YamlEntry entry, YamlProblems problems, UnknownKeys unknown)
    {
        var body = new YamlObject(entry.Value, $"functions.{entry.Key}", problems);
        var function = new StackFunction
        {
            Name = entry.Key,
            At = entry.KeyAt,
            Lang = StackFields.Text(body, "lang"),
            Handler = StackFields.Text(body, "handler"),
            Image = StackFields.Text(body, "image"),
            SkipBuild = body.Flag("skip_build"),
            BuildArgs = StackFields.Pairs(body, "build_args"),
            BuildOptions = StackFields.Texts(body, "build_options"),
            BuildSecrets = StackFields.Pairs(body, "build_secrets"),
            Platforms = StackFields.Text(body, "platforms"),
            Run = RunSettings(body, unknown),
        };
        unknown.Report(body);
        return function;
    }

    private static StackRunSettings RunSettings(YamlObject body, UnknownKeys unknown) => new()
    {
        Process = body.Text("fprocess")?.Text,
        Namespace = body.Text("namespace")?.Text,
        Environment = StackFields.Map(body, "environment"),
        EnvironmentFiles = StackFields.Texts(body, "environment_file"),
        Secrets = Values(body, "secrets"),
        Constraints = Values(body, "constraints"),
        Labels = StackFields.Map(body, "labels"),
        Annotations = StackFields.Map(body, "annotations"),
        Limits = Resources(body, "limits", unknown),
        Requests = Resources(body, "requests", unknown),
        ReadOnlyRootFileSystem = body.Flag("readonly_root_filesystem"),
    };

    private static IReadOnlyList<string> Values(YamlObject body, string key) => [.. body.Texts(key).Select(text => text.Text)];

    private static StackResources? Resources(YamlObject body, string key, UnknownKeys unknown)
    {
        if (body.Object(key) is not { } resources)
        {
            return null;
        }

        var read = new StackResources(resources.Text("memory")?.Text, resources.Text("cpu")?.Text);
        unknown.Report(resources);
        return read;
    }
}
