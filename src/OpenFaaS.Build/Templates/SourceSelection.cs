using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Templates.Locking;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.Templates.Store;

namespace OpenFaaS.Build.Templates;

/// <summary>Says where a template comes from that is in no folder of the project's: its own source, the default repository, or the template store.</summary>
/// <param name="store">The template store.</param>
/// <param name="environment">Environment variables by name.</param>
internal sealed class SourceSelection(Lazy<TemplateStore> store, Func<string, string?> environment)
{
    /// <summary>faas-cli's variable for the repository that templates come from by default.</summary>
    private const string Variable = "OPENFAAS_TEMPLATE_URL";

    /// <summary>The source that the project or stack file gives for a function's template; null where it gives none, or leaves it to the store.</summary>
    /// <exception cref="DiagnosticException">The source is malformed, or says another reference than the function.</exception>
    public static TemplateSource? Given(FunctionModel function)
    {
        var entry = function.TemplateSources.FirstOrDefault(source => source.Name == function.Template.ToString())
            ?? function.TemplateSources.FirstOrDefault(source => source.Name == function.Template.Name);
        if (entry?.Source is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return WithReference(TemplateSource.Parse(text, entry.BaseFolder), function);
        }
        catch (DiagnosticException e)
        {
            throw e.At(entry.At);
        }
    }

    /// <summary>The source that a lock file names; null where that is no repository, which is what a default source is. The default repository's credentials, which no lock file holds, go along.</summary>
    /// <exception cref="DiagnosticException">The source is malformed.</exception>
    public TemplateSource? Locked(LockedTemplate entry, FunctionModel function)
    {
        if (TemplateSource.Parse(entry.Source, function.BaseFolder) is not GitSource git)
        {
            return null;
        }

        var credential = environment(Variable) is { Length: > 0 } text && TemplateSource.Parse(text, function.BaseFolder) is GitSource own && own.Url == git.Url
            ? own.Credential
            : null;
        return git with { Ref = entry.Ref, Credential = credential };
    }

    /// <summary>The default repository, else what the store says.</summary>
    /// <exception cref="DiagnosticException">The store cannot be read or does not know the template.</exception>
    public async Task<TemplateSource> DefaultAsync(FunctionModel function, CancellationToken cancellationToken)
    {
        var text = environment(Variable) is { Length: > 0 } repository
            ? repository
            : (await store.Value.FindAsync(function.Template.Name, null, cancellationToken)).Repo;

        // The store and the variable name repositories: a folder of this machine is nothing that a server may choose.
        return WithReference(
            TemplateSource.Parse(text, function.BaseFolder) is GitSource { IsLocal: false } git ? git : throw TemplateSource.Refused(text, "it is no address of a repository"),
            function);
    }

    // X@1.0 without a reference in the source means that reference; faas-cli takes the newest then and calls it 1.0.
    private static TemplateSource WithReference(TemplateSource source, FunctionModel function) => (source, function.Template.Reference) switch
    {
        (_, null) => source,
        (GitSource { Ref: null } git, var reference) => git with { Ref = GitRef.Check(reference) },
        (GitSource git, var reference) when git.Ref == reference => git,
        (GitSource git, var reference) => throw TemplateDiagnostics.ConflictingReferences.With(function.Template.Name, reference, git.Ref).ToException(),
        (FolderSource folder, var reference) => new GitSource(folder.Path, GitRef.Check(reference)),
        _ => throw TemplateDiagnostics.ConflictingReferences.With(function.Template.Name, function.Template.Reference, "an exact package version").ToException(),
    };
}
