using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.VersionControl;

/// <summary>Environments for the product: the machine's <c>PATH</c>, or a folder with one program, and chosen variables.</summary>
internal static class TestEnvironment
{
    /// <summary>The machine's git, and nothing else of its environment but what is given.</summary>
    public static Func<string, string?> With(params (string Name, string Value)[] variables) =>
        name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault()
            ?? (name == "PATH" ? Environment.GetEnvironmentVariable("PATH") : null);

    /// <summary>No program at all.</summary>
    public static Func<string, string?> WithoutGit { get; } = _ => null;

    /// <summary>A script in the place of git.</summary>
    public static async Task<Func<string, string?>> WithScriptAsync(TestContext context, string script)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "path")).FullName;
        await Tool.WriteScriptAsync(Path.Combine(folder, "git"), "#!/bin/sh\n" + script, context.CancellationToken);
        return name => name == "PATH" ? folder : null;
    }
}
