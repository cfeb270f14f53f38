using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>Makes the request of a solve.</summary>
internal static class SolveRequests
{
    private const string Frontend = "dockerfile.v0";

    /// <summary>The request, with a reference that nobody else has.</summary>
    public static SolveRequest Of(SolvePlan plan, string session)
    {
        var request = new SolveRequest
        {
            Ref = Guid.NewGuid().ToString("n"),
            Session = session,
            Frontend = Frontend,
            Cache = new CacheOptions(),
        };
        request.FrontendAttrs.Add(Map(plan.FrontendAttributes));
        request.Entitlements.Add(plan.Entitlements);
        request.Cache.Exports.Add(plan.CacheExports.Select(Entry));
        request.Cache.Imports.Add(plan.CacheImports.Select(Entry));
        if (plan.Exporter is { } exporter)
        {
            // Daemons before 0.13 know only the first form and do not complain of the second; newer ones take the second. Which version a
            // daemon has, it says since 0.11.
            request.ExporterDeprecated = exporter.Type;
            request.ExporterAttrsDeprecated.Add(Map(exporter.Attributes));
            if (plan.OldestExporterForm)
            {
                return request;
            }

            var entry = new Exporter { Type = exporter.Type };
            entry.Attrs.Add(Map(exporter.Attributes));
            request.Exporters.Add(entry);
        }

        return request;
    }

    private static CacheOptionsEntry Entry(CacheEntry cache)
    {
        var entry = new CacheOptionsEntry { Type = cache.Type };
        entry.Attrs.Add(Map(cache.Attributes));
        return entry;
    }

    private static Dictionary<string, string> Map(IReadOnlyDictionary<string, string> attributes) => new(attributes, StringComparer.Ordinal);
}
