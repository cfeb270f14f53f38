using Grpc.Core;
using Grpc.Core.Interceptors;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Reports what goes wrong in a service to the build's log, since the daemon hands on no more than a text, if anything.</summary>
internal sealed class CodedErrors : Interceptor
{
    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        ReportAsync(context, () => continuation(request, context));

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        ReportAsync(context, () => continuation(request, responseStream, context));

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        ReportAsync(context, () => continuation(requestStream, responseStream, context));

    private static Task ReportAsync(ServerCallContext context, Func<Task> handler) => ReportAsync(context, async () =>
    {
        await handler();
        return true;
    });

    private static async Task<T> ReportAsync<T>(ServerCallContext context, Func<Task<T>> handler)
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
            foreach (var diagnostic in e.Diagnostics)
            {
                context.SessionContent().Log.Report(diagnostic);
            }

            var first = e.Diagnostics[0];
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"{first.Descriptor.Code}: {SafeText.Neutralize(first.Message)}"));
        }
        catch (Exception e) when (e is not RpcException)
        {
            context.SessionContent().Log.Report(InternalDiagnostics.Unexpected.With(e.GetType().Name, SafeText.Neutralize(e.Message)));
            throw new RpcException(new Status(StatusCode.Internal, "the build client failed"));
        }
    }
}
