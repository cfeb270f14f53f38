using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.Templates.Documents;

namespace OpenFaaS.Build.Templates.Store;

/// <summary>A list of templates and of the repositories that hold them. Read when it is first needed, once; safe for concurrent use.</summary>
/// <param name="location">Where it is.</param>
/// <param name="options">How servers are reached: environment, log, clock.</param>
/// <param name="limits">Bounds; the defaults if null.</param>
/// <param name="addresses">Where servers may send the SDK; the machine's name resolution if null.</param>
internal sealed class TemplateStore(StoreLocation location, RegistryOptions options, StoreLimits? limits = null, AddressPolicy? addresses = null)
{
    private readonly StoreLimits limits = limits ?? new StoreLimits();
    private readonly Lock gate = new();
    private Task<IReadOnlyList<StoreTemplate>>? reading;

    /// <summary>All entries, in the store's order.</summary>
    /// <exception cref="DiagnosticException">The store cannot be read.</exception>
    public Task<IReadOnlyList<StoreTemplate>> ListAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // A failure is not kept; one caller's cancellation is not the others'.
            if (reading is null || reading.IsFaulted)
            {
                reading = Task.Run(() => ReadAsync(CancellationToken.None), CancellationToken.None);
            }

            return reading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The entry of a template: official ones first, then recommended ones, then the store's order.</summary>
    /// <param name="name"><c>NAME</c> or <c>SOURCE/NAME</c>, without <c>@ref</c>.</param>
    /// <param name="platform">Platform in the store's names; null takes any.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="DiagnosticException">The store cannot be read, or holds no such entry.</exception>
    public async Task<StoreTemplate> FindAsync(string name, string? platform, CancellationToken cancellationToken)
    {
        var entries = await ListAsync(cancellationToken);
        var named = entries.Where(entry => entry.Template == name || $"{entry.Source}/{entry.Template}" == name).ToList();
        return named
            .Where(entry => platform is null || entry.Platform.Length == 0 || entry.Platform == platform)
            .OrderByDescending(entry => entry.IsOfficial)
            .ThenByDescending(entry => entry.IsRecommended)
            .FirstOrDefault() ?? throw TemplateSourceDiagnostics.TemplateNotInStore
                .With(location, SafeText.Neutralize(name), named.Count > 0 ? Platforms(platform!, named) : Near(name, entries)).ToException();
    }

    private static string Platforms(string platform, List<StoreTemplate> named) =>
        $" for {SafeText.Neutralize(platform)}, only for {SafeText.Neutralize(string.Join(", ", named.Select(entry => entry.Platform).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(10)))}";

    private static string Near(string name, IReadOnlyList<StoreTemplate> entries) =>
        Suggestion.For(name, entries.SelectMany(entry => new[] { entry.Template, $"{SafeText.Neutralize(entry.Source)}/{entry.Template}" }).Distinct(StringComparer.Ordinal));

    private async Task<IReadOnlyList<StoreTemplate>> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = location.Address is { } address
            ? await new StoreDownload(options, addresses ?? AddressPolicy.System, limits).GetAsync(address, cancellationToken)
            : await ReadFileAsync(location.Path!, cancellationToken);
        try
        {
            return StoreDocument.Read(bytes);
        }
        catch (JsonShapeException e)
        {
            var diagnostic = TemplateSourceDiagnostics.MalformedStore.With(location, e.Message);
            throw (location.Path is { } path ? diagnostic.At(path, e.Line, e.Column) : diagnostic).ToException(e);
        }
    }

    private async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedFile.ReadAsync(path, limits.Bytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TemplateSourceDiagnostics.StoreUnavailable.With(location, e.Message.TrimEnd('.')).ToException(e);
        }
    }
}
