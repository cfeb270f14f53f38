using Grpc.Core;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Reports what goes wrong in a service to the build's log, since the daemon hands on no more than a text, if anything.</summary>
internal static class CodedErrors
{
    /// <summary>Runs a service's method.</summary>
    /// <exception cref="RpcException">It failed; the build's log has been told.</exception>
    public static Task ReportAsync(ServerCallContext context, Func<Task> handler) => ReportAsync(context, async () =>
    {
        await handler();
        return true;
    });

    /// <summary>The same for a method with an answer.</summary>
    public static async Task<T> ReportAsync<T>(ServerCallContext context, Func<Task<T>> handler)
    {
        try
        {
            return await handler();
        }
        catch (Exception e) when (e is not RpcException && context.CancellationToken.IsCancellationRequested)
        {
            // The daemon or the build has given up on the call; what breaks then is no news.
            throw new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
        }
        catch (DiagnosticException e)
        {
            throw Report(context, e);
        }
        catch (Exception e) when (e is not RpcException)
        {
            context.SessionContent().Log.Report(InternalDiagnostics.Unexpected.With(e.GetType().Name, SafeText.Neutralize(e.Message)));
            throw new RpcException(new Status(StatusCode.Internal, "the build client failed"));
        }
    }

    /// <summary>Reports a failure at once.</summary>
    /// <param name="context">The call.</param>
    /// <param name="failure">What failed.</param>
    /// <param name="told">Is told of it; the build's log where null.</param>
    /// <returns>What the call ends with.</returns>
    public static RpcException Report(ServerCallContext context, DiagnosticException failure, Action<Diagnostic>? told = null)
    {
        told ??= context.SessionContent().Log.Report;
        foreach (var diagnostic in failure.Diagnostics)
        {
            told(diagnostic);
        }

        var first = failure.Diagnostics[0];
        return new RpcException(new Status(StatusCode.FailedPrecondition, $"{first.Descriptor.Code}: {SafeText.Neutralize(first.Message)}"));
    }
}
