using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>What services of a session know of their call.</summary>
internal static class SessionContext
{
    /// <summary>What the session of the call offers.</summary>
    public static SessionContent SessionContent(this ServerCallContext context) => context.SessionServices().Content;

    /// <summary>What the calls of the session share.</summary>
    public static SessionServices SessionServices(this ServerCallContext context) =>
        context.GetHttpContext().Features.Get<SessionServices>() ?? throw new InvalidOperationException("The connection belongs to no session.");

    /// <summary>All values of a header, apart: gRPC's own collection joins them with commas.</summary>
    public static IReadOnlyList<string> Values(this ServerCallContext context, string name) =>
        [.. context.GetHttpContext().Request.Headers[name].Select(value => value ?? "")];
}
