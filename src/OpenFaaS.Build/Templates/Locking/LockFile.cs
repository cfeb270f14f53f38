using System.Collections.Immutable;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Templates.Documents;

namespace OpenFaaS.Build.Templates.Locking;

/// <summary>The content of <c>openfaas.lock.json</c>: what builds of a project use, so that the next build uses the same.</summary>
/// <param name="Templates">Templates by <c>name</c> or <c>name@ref</c>.</param>
/// <param name="Images">Digests of base images by reference.</param>
internal sealed record LockFile(ImmutableSortedDictionary<string, LockedTemplate> Templates, ImmutableSortedDictionary<string, Digest> Images)
{
    /// <summary>Name of the file, beside the project or stack file.</summary>
    public const string FileName = "openfaas.lock.json";

    private const int Version = 1;
    private const int MostBytes = 4 << 20;
    private const int LongestText = 2048;

    /// <summary>A lock file that holds nothing.</summary>
    public static LockFile Empty { get; } = new(
        ImmutableSortedDictionary<string, LockedTemplate>.Empty.WithComparers(StringComparer.Ordinal),
        ImmutableSortedDictionary<string, Digest>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>Reads the file; null if there is none.</summary>
    /// <exception cref="DiagnosticException">It is not what the SDK writes, by content or size.</exception>
    public static async Task<LockFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // Most projects have none, and an exception takes longer than the question.
            return FileStatus.Of(path) is null ? null : JsonValue.Read(await BoundedFile.ReadAsync(path, MostBytes, cancellationToken), Document);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonShapeException e)
        {
            throw TemplateSourceDiagnostics.MalformedLock.With(e.Message).At(path, e.Line, e.Column).ToException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TemplateSourceDiagnostics.MalformedLock.With(e.Message.TrimEnd('.')).At(path).ToException(e);
        }
        catch (DiagnosticException e)
        {
            throw new DiagnosticException([.. e.Diagnostics.Select(diagnostic => diagnostic.At(path))], e);
        }
    }

    /// <summary>The file's bytes: sorted, indented, lines end with LF.</summary>
    /// <exception cref="DiagnosticException">A source carries credentials.</exception>
    public byte[] Write()
    {
        foreach (var (name, template) in Templates)
        {
            template.EnsureNoCredentials(name);
        }

        return LockWriter.Write(this, Version);
    }

    private static LockFile Document(JsonValue root)
    {
        var (version, file) = (0, Empty);
        foreach (var (name, value) in root.Members())
        {
            switch (name)
            {
                case "version":
                    version = value.Number();
                    break;
                case "templates":
                    file = file with { Templates = file.Templates.AddRange(value.Members().Select(member => KeyValuePair.Create(member.Key, Template(member.Key, member.Value)))) };
                    break;
                case "images":
                    file = file with { Images = file.Images.AddRange(value.Members().Select(member => KeyValuePair.Create(member.Key, Image(member.Key, member.Value)))) };
                    break;
                default:
                    throw value.Failure("the name is unknown");
            }
        }

        return version == Version ? file : throw root.Failure($"expected version {Version}, which is the one that this SDK knows");
    }

    private static LockedTemplate Template(string name, JsonValue value)
    {
        var members = value.Members().ToDictionary(StringComparer.Ordinal);
        if (members.FirstOrDefault(member => member.Key is not ("source" or "ref" or "commit" or "tree")) is { Key: not null } unknown)
        {
            throw unknown.Value.Failure("the name is unknown");
        }

        var commit = members.TryGetValue("commit", out var found) ? found.Text() : null;
        if (commit is not null && !LockedTemplate.IsCommit(commit))
        {
            throw found.Failure("expected 40 or 64 hex digits");
        }

        var template = new LockedTemplate(
            Bounded(Required(value, members, "source")), members.TryGetValue("ref", out var reference) ? Bounded(reference) : null, commit, HashOf(Required(value, members, "tree")));
        template.EnsureNoCredentials(name);
        return template;
    }

    private static Digest Image(string name, JsonValue value) =>
        ImageReference.TryParse(name, out var reference) && reference.Digest is null ? HashOf(value) : throw value.Failure("the name is no image reference, or holds a digest");

    private static JsonValue Required(JsonValue owner, Dictionary<string, JsonValue> members, string name) =>
        members.TryGetValue(name, out var value) ? value : throw owner.Failure($"it has no {name}");

    private static Digest HashOf(JsonValue value) =>
        Digest.TryParse(value.Text(), out var digest) ? digest : throw value.Failure("expected sha256: and 64 hex digits");

    private static string Bounded(JsonValue value) => value.Text() is { Length: > 0 and <= LongestText } text ? text : throw value.Failure($"expected 1 to {LongestText} characters");
}
