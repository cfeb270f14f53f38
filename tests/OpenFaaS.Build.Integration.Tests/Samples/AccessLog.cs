using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>What the real registry was asked, as it wrote it down itself.</summary>
internal sealed partial class AccessLog(TestContext context)
{
    private int seen;

    /// <summary>Requests to one repository since the last call, for example <c>HEAD /v2/name/manifests/latest</c>, in order of completion.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(string repository)
    {
        // The registry writes a line after it has answered: a request of our own marks the end.
        var marker = $"/v2/marker/{Guid.NewGuid():n}";
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://{TestServices.Endpoint("registry")}{marker}"), context.CancellationToken);
        string[] lines;
        do
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            lines = await File.ReadAllLinesAsync(TestServices.Fact("registry", "LOG"), context.CancellationToken);
        }
        while (!lines.Any(line => line.Contains(marker, StringComparison.Ordinal)));

        var requests = lines.Skip(seen).Select(line => RequestPattern().Match(line)).Where(match => match.Success && match.Groups["path"].Value.StartsWith($"/v2/{repository}/", StringComparison.Ordinal));
        seen = lines.Length;
        return [.. requests.Select(match => $"{match.Groups["method"].Value} {match.Groups["path"].Value}")];
    }

    [GeneratedRegex("\"(?<method>[A-Z]+) (?<path>[^ ]+) HTTP")]
    private static partial Regex RequestPattern();
}
