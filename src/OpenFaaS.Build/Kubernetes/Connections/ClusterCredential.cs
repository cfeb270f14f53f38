namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>What requests are authorised by until it is renewed.</summary>
/// <param name="Token">The token; null for none.</param>
/// <param name="Certificate">The client's certificate, as PEM; null for none.</param>
/// <param name="Key">Its key, as PEM.</param>
/// <param name="Until">When it has to be asked for anew; null for never.</param>
internal sealed record ClusterCredential(string? Token, string? Certificate, string? Key, DateTimeOffset? Until);
