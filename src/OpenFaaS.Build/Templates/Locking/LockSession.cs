using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Templates.Locking;

/// <summary>
/// The lock file during one build: tells what it names, compares what is used with it, and writes what is new. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Entries that a build does not use stay: it may have built a part of the functions. The file begins with the first template from elsewhere;
/// base images alone begin none, so that a build without such templates leaves the project's folder alone. A file that is there records both.
/// </remarks>
internal sealed class LockSession : IDisposable
{
    private readonly string path;
    private readonly LockedMode mode;
    private readonly bool exists;
    private readonly LockFile original;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private LockFile used = LockFile.Empty;

    private LockSession(string path, bool isLocked, LockFile? file) =>
        (this.path, mode, exists, original) = (path, new LockedMode(path, isLocked), file is not null, file ?? LockFile.Empty);

    /// <summary>Reads the lock file.</summary>
    /// <param name="path">Full path of <c>openfaas.lock.json</c>.</param>
    /// <param name="isLocked">Whether any difference is an error (<c>FunctionLockedMode</c>).</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DiagnosticException">It cannot be read, or is missing in locked mode.</exception>
    public static async Task<LockSession> OpenAsync(string path, bool isLocked, CancellationToken cancellationToken)
    {
        var file = await LockFile.ReadAsync(path, cancellationToken);
        return file is null && isLocked ? throw TemplateSourceDiagnostics.LockMissing.With().At(path).ToException() : new LockSession(path, isLocked, file);
    }

    /// <summary>What the lock file says of a template whose source the project leaves to the template store. Null if the store is to be asked.</summary>
    /// <exception cref="DiagnosticException">In locked mode: the lock file does not hold the template.</exception>
    public LockedTemplate? Find(string name)
    {
        if (original.Templates.TryGetValue(name, out var entry))
        {
            return entry;
        }

        mode.Missing("template", name, "the template store's");
        return null;
    }

    /// <summary>What the lock file says of a template that the project takes from a source. Null if it is to be resolved anew.</summary>
    /// <param name="name"><c>name</c> or <c>name@ref</c>.</param>
    /// <param name="source">As <see cref="LockedTemplate.Source"/>.</param>
    /// <param name="reference">As <see cref="LockedTemplate.Ref"/>.</param>
    /// <exception cref="DiagnosticException">In locked mode: the lock file does not hold the template, or with another source or ref.</exception>
    public LockedTemplate? Find(string name, string source, string? reference)
    {
        if (!original.Templates.TryGetValue(name, out var entry))
        {
            mode.Missing("template", name, reference is null ? source : $"{source}#{reference}");
            return null;
        }

        mode.RequireSame($"source of template '{name}'", entry.Source, source);
        mode.RequireSame($"ref of template '{name}'", entry.Ref, reference);
        return entry.Source == source && entry.Ref == reference ? entry : null;
    }

    /// <summary>Says what a build uses for a template.</summary>
    /// <exception cref="DiagnosticException">The same commit or package version had other files when it was locked; or, in locked mode, anything differs.</exception>
    public void Use(string name, LockedTemplate template)
    {
        template.EnsureNoCredentials(name);
        if (!original.Templates.TryGetValue(name, out var entry))
        {
            mode.Missing("template", name, template.Commit ?? template.Tree.ToString());
        }
        else if (template.Identity is { } identity && identity == entry.Identity && template.Tree != entry.Tree)
        {
            throw TemplateSourceDiagnostics.LockedContentChanged.With(name, identity, entry.Tree, template.Tree).At(path).ToException();
        }
        else
        {
            mode.RequireSame($"source of template '{name}'", entry.Source, template.Source);
            mode.RequireSame($"ref of template '{name}'", entry.Ref, template.Ref);
            mode.RequireSame($"commit of template '{name}'", entry.Commit, template.Commit);
            mode.RequireSame($"content of template '{name}'", entry.Tree.ToString(), template.Tree.ToString());
        }

        lock (gate)
        {
            used = used with { Templates = used.Templates.SetItem(name, template) };
        }
    }

    /// <summary>Holds a template of the project's own folders against the lock file, in locked mode and where the file names the template.</summary>
    /// <param name="name"><c>name</c> or <c>name@ref</c>.</param>
    /// <param name="tree">Computes the digest over its files.</param>
    /// <exception cref="DiagnosticException">It has other files than when it was locked.</exception>
    public void Check(string name, Func<Digest> tree)
    {
        if (mode.IsOn && original.Templates.TryGetValue(name, out var entry))
        {
            mode.RequireSame($"content of template '{name}'", entry.Tree.ToString(), tree().ToString());
        }
    }

    /// <summary>The digest that a base image is pinned to; null if the lock file does not hold it, or the reference has a digest of its own.</summary>
    public Digest? Pin(ImageReference reference)
    {
        if (reference.Digest is not null)
        {
            return null;
        }

        // A person may have written the short name.
        return original.Images.TryGetValue(reference.ToString(), out var digest) ? digest
            : original.Images.Where(image => ImageReference.TryParse(image.Key, out var written) && written == reference).Select(image => (Digest?)image.Value).FirstOrDefault();
    }

    /// <summary>Says which digest a build uses for a base image.</summary>
    /// <exception cref="DiagnosticException">In locked mode: the lock file does not hold it, or another one.</exception>
    public void Use(ImageReference reference, Digest digest)
    {
        if (reference.Digest is not null)
        {
            return;
        }

        var pin = Pin(reference);
        if (pin is null)
        {
            mode.Missing("base image", reference.ToString(), digest.ToString());
        }
        else
        {
            mode.RequireSame($"digest of image '{reference}'", pin.ToString(), digest.ToString());
        }

        lock (gate)
        {
            used = used with { Images = pin == digest ? used.Images : used.Images.SetItem(reference.ToString(), digest) };
        }
    }

    /// <summary>Writes the lock file if the build used something else than it names. Never in locked mode.</summary>
    /// <exception cref="DiagnosticException">It cannot be written.</exception>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            LockFile now;
            lock (gate)
            {
                now = used;
            }

            if (mode.IsOn || (!exists && now.Templates.IsEmpty))
            {
                return;
            }

            // Read again: another project of this folder may have written meanwhile.
            var current = await LockFile.ReadAsync(path, cancellationToken);
            var merged = new LockFile((current ?? LockFile.Empty).Templates.SetItems(now.Templates), (current ?? LockFile.Empty).Images.SetItems(now.Images));
            var bytes = merged.Write();
            if (current is null || !bytes.AsSpan().SequenceEqual(current.Write()))
            {
                await AtomicFile.WriteAsync(path, bytes, cancellationToken);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();
}
