using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Sessions;

/// <summary>Solves of a Dockerfile by hand, that fill the cache only: enough to see what a session is asked for.</summary>
internal static class DockerfileSolve
{
    /// <summary>The directories of a build: a Dockerfile, and the files that it copies.</summary>
    public static IReadOnlyDictionary<string, LocalDirectory> Directories(string dockerfile, params ContextEntry[] files)
    {
        var times = HashedTimes.Normalized(HashedTimes.HashOf, 0);
        return new Dictionary<string, LocalDirectory>
        {
            ["dockerfile"] = new(new FileSet([Bytes.File("Dockerfile", dockerfile)]), times),
            ["context"] = new(new FileSet([.. files]), times),
        };
    }

    /// <summary>Runs a solve to its end.</summary>
    public static async Task RunAsync(BuildKitConnection connection, Session session, CancellationToken cancellationToken)
    {
        var solve = new SolveRequest
        {
            Ref = Guid.NewGuid().ToString("n"),
            Session = session.Id,
            Frontend = "dockerfile.v0",
            FrontendAttrs = { ["no-cache"] = "", ["force-network-mode"] = "none" },
            Cache = new CacheOptions(),
        };
        await connection.Control.SolveAsync(solve, cancellationToken: cancellationToken);
    }
}
