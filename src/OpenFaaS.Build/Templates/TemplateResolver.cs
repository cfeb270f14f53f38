using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Templates.Locking;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.Templates.Store;

namespace OpenFaaS.Build.Templates;

/// <summary>
/// Finds the templates of a publish, each once: in a folder of the project's, else from its source, else among the SDK's own,
/// else from the default repository or the template store. Safe for concurrent use.
/// </summary>
/// <param name="sources">Says where a template comes from.</param>
/// <param name="fetcher">Brings it here.</param>
/// <param name="bundled">Folder of the SDK's own templates, or null.</param>
/// <param name="pull">When templates are fetched anew.</param>
/// <param name="lockFile">What earlier builds used, and whether it binds.</param>
/// <param name="log">Where progress and warnings are told.</param>
internal sealed class TemplateResolver(SourceSelection sources, TemplateFetcher fetcher, string? bundled, TemplatePull pull, LockSession lockFile, IBuildLog log)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<TemplateFolder>>> found = new(StringComparer.Ordinal);

    /// <summary>The resolver of a publish.</summary>
    public static TemplateResolver Create(PublishSettings settings, LockSession lockFile, string? bundled, RegistryOptions options)
    {
        // Made when it is needed: an address that is refused is no matter of functions that need no store.
        var store = new Lazy<TemplateStore>(() => new TemplateStore(StoreLocation.Choose(settings.TemplateStore, options.Environment, Path.GetDirectoryName(settings.LockFile)!), options));
        var fetcher = new TemplateFetcher(new TemplateCache(settings.TemplateCache, options.Environment, new TemplateLimits(), options.Log), new PackageTemplates(settings.PackageFolders));
        return new TemplateResolver(new SourceSelection(store, options.Environment), fetcher, bundled, settings.Pull, lockFile, options.Log);
    }

    /// <summary>A function's template; null where the handler brings its own Dockerfile.</summary>
    /// <exception cref="DiagnosticException">There is no such template, it may not be used, or it is not what the lock file says.</exception>
    public async Task<TemplateFolder?> ResolveAsync(FunctionModel function, CancellationToken cancellationToken)
    {
        if (function.Template.IsDockerfile)
        {
            return null;
        }

        // Functions of one stack share folders and sources; what differs between them is the template's name.
        var key = string.Join('\n', function.BaseFolder, function.TemplatePath, function.Template, function.Shape);
        try
        {
            // One function's cancellation is that of all: they are one publish.
            return await found.GetOrAdd(key, _ => new Lazy<Task<TemplateFolder>>(() => FindAsync(function, cancellationToken))).Value;
        }
        catch (DiagnosticException e)
        {
            throw e.At(function.Origin);
        }
    }

    private async Task<TemplateFolder> FindAsync(FunctionModel function, CancellationToken cancellationToken)
    {
        var given = SourceSelection.Given(function);
        var own = TemplateLocator.FindInProject(function);

        // Where a folder of the project's came from is known only from a source.
        if (own is not null && (pull == TemplatePull.AsNeeded || given is null))
        {
            await CheckAsync(own, function, given, cancellationToken);
            return own;
        }

        if (given is null && own is null && TemplateLocator.FindBundled(function, bundled) is { } ours)
        {
            return ours;
        }

        var template = await fetcher.FetchAsync(function, given ?? await DefaultAsync(function, cancellationToken), lockFile, pull, cancellationToken);
        if (pull == TemplatePull.AsNeeded)
        {
            return TemplateLocator.Describe(function.Template.Name, template.Path, isBundled: false);
        }

        var folder = await TemplateInstaller.InstallAsync(template, function, log, cancellationToken);
        log.Message(MessageImportance.High, $"{function.Template} -> {folder} ({template.Lock.Commit ?? template.Lock.Source})");
        return TemplateLocator.Describe(function.Template.ToString(), folder, isBundled: false);
    }

    private async Task<TemplateSource> DefaultAsync(FunctionModel function, CancellationToken cancellationToken)
    {
        // The lock file knows where it came from without asking anybody.
        if (pull == TemplatePull.AsNeeded && lockFile.Find(function.Template.ToString()) is { } entry && sources.Locked(entry, function) is { } locked)
        {
            return locked;
        }

        try
        {
            return await sources.DefaultAsync(function, cancellationToken);
        }
        catch (DiagnosticException e)
        {
            // The folders that were looked into are what a user can mend first.
            throw TemplateLocator.NotFound(function, bundled, " " + e.Diagnostics[0].Message).ToException(e);
        }
    }

    private async Task CheckAsync(TemplateFolder own, FunctionModel function, TemplateSource? given, CancellationToken cancellationToken)
    {
        if (given is GitSource { Ref: { } wanted } && await PullRecord.ReadAsync(own.Path, cancellationToken) is { } record && (record.RefName ?? "HEAD") != wanted)
        {
            log.Report(TemplateDiagnostics.PulledAtAnotherReference.With(own.Path, record.RefName ?? "HEAD", wanted).At(function.Origin));
        }

        lockFile.Check(function.Template.ToString(), () => TemplateFetcher.HashOf(own.Path));
    }
}
