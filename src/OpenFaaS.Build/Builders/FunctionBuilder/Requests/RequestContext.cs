using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Shrinkwrap;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Requests;

/// <summary>
/// The context as a builder is sent it: its Dockerfile at the root of it, whatever it is called elsewhere, and beside that rules of its own which leave nothing
/// out. BuildKit takes them instead of <c>.dockerignore</c>, whose rules are applied already, or are not to be; that file itself stays what steps may copy.
/// </summary>
internal static class RequestContext
{
    private const string DockerfileName = "Dockerfile";
    private const string RulesName = DockerfileName + ".dockerignore";
    private static readonly int FileMode = Convert.ToInt32("644", 8);

    /// <summary>The entries; files are not read yet, but for rules.</summary>
    /// <param name="build">The build.</param>
    /// <param name="dockerfile">The Dockerfile as the builder is to read it.</param>
    /// <exception cref="DiagnosticException">A folder is where one of the two files goes.</exception>
    public static FileSet Of(ImageBuild build, string dockerfile)
    {
        var context = build.Context;
        string[] names = HasUsableRules(context) ? [DockerfileName] : [DockerfileName, RulesName];
        if (names.FirstOrDefault(name => context.Find(name) is { Kind: EntryKind.Directory }) is { } folder)
        {
            throw RemoteBuilderDiagnostics.DockerfileNotPlaceable.With(folder).At(build.Function.Origin).ToException();
        }

        // What the context does not have is hidden from the steps; the builder reads it nevertheless.
        var hidden = names.Where(name => context.Find(name) is null);
        var contents = new[] { dockerfile, string.Join('\n', ["# applied already", .. hidden, ""]) };
        return new FileSet(context.Where(entry => !names.Contains(entry.Path, StringComparer.Ordinal)).Concat(names.Zip(contents, (name, content) => FileOf(name, context.Find(name), content))));
    }

    // Rules that were applied leave everything that is left, so that they may stay as they are, as may any others that leave the right files.
    private static bool HasUsableRules(FileSet context)
    {
        // BuildKit may take an empty file for none.
        if (ContextText.Find(context, RulesName) is not { Size: > 0 } file)
        {
            return false;
        }

        try
        {
            var rules = DockerIgnore.Parse(ContextText.Read(file, $"'{RulesName}'"), RulesName);
            return IgnoredFiles.Remove(context, rules).Count == context.Count && rules.Matches(DockerfileName) == context.Find(DockerfileName) is null;
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }

    // COPY gets this one: there is no other place for it, and no other name.
    private static ContextEntry FileOf(string name, ContextEntry? own, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var entry = own is { Kind: EntryKind.File } ? own with { Inode = null, HardLink = null } : new ContextEntry(name, EntryKind.File, FileMode);
        return entry with { Size = bytes.Length, Content = new MemoryContent(bytes) };
    }
}
