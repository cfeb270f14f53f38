namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>What a finished solve gave.</summary>
/// <param name="Response">The exporter's answer: <c>containerimage.digest</c>, <c>containerimage.config.digest</c>, <c>containerimage.descriptor</c>, <c>image.name</c>, <c>cache.manifest</c>, …</param>
/// <param name="Bases">Digests of the images that the build was made from, by full reference (<c>docker.io/library/busybox:1</c>), as the daemon resolved them.</param>
/// <param name="Summary">Numbers of the solve.</param>
internal sealed record SolveResult(IReadOnlyDictionary<string, string> Response, IReadOnlyDictionary<string, string> Bases, SolveSummary Summary);

/// <summary>Numbers of a solve.</summary>
/// <param name="Steps">Instructions of the Dockerfile that were carried out or found in the cache.</param>
/// <param name="Cached">The ones among them that were found in the cache.</param>
/// <param name="BytesSent">Bytes of files sent to the daemon.</param>
internal sealed record SolveSummary(int Steps, int Cached, long BytesSent);
