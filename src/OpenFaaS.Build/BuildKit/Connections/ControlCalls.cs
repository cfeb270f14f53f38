using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>
/// The calls of a daemon's control service. They all have the same types of request and answer: compiled to native code, gRPC builds its generic
/// methods anew for every other pair while a build waits, and the generated client has three of them a call.
/// </summary>
/// <param name="invoker">Calls on the daemon.</param>
internal sealed class ControlCalls(CallInvoker invoker)
{
    private static readonly Method<IMessage, IMessage> Info = Of(MethodType.Unary, "Info", InfoResponse.Parser);
    private static readonly Method<IMessage, IMessage> ListWorkers = Of(MethodType.Unary, "ListWorkers", ListWorkersResponse.Parser);
    private static readonly Method<IMessage, IMessage> Solve = Of(MethodType.Unary, "Solve", SolveResponse.Parser);
    private static readonly Method<IMessage, IMessage> Statuses = Of(MethodType.ServerStreaming, "Status", StatusResponse.Parser);

    /// <summary>Asks for the version; null from a daemon before 0.11, which does not know the call (<see cref="StatusCode.Unimplemented"/>).</summary>
    /// <exception cref="RpcException">Whatever else gRPC says.</exception>
    public async Task<InfoResponse?> InfoAsync(CancellationToken cancellationToken)
    {
        using var call = invoker.AsyncUnaryCall(Info, null, new CallOptions(cancellationToken: cancellationToken), new InfoRequest());

        // What old daemons always answer is not thrown: a build would wait for it.
        await ((Task)call.ResponseAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return call.ResponseAsync.Exception?.InnerException is RpcException { StatusCode: StatusCode.Unimplemented } ? null : (InfoResponse)await call.ResponseAsync;
    }

    /// <summary>Asks for the workers.</summary>
    /// <exception cref="RpcException">Whatever gRPC says.</exception>
    public async Task<ListWorkersResponse> ListWorkersAsync(CancellationToken cancellationToken) =>
        (ListWorkersResponse)await UnaryAsync(ListWorkers, new ListWorkersRequest(), cancellationToken);

    /// <summary>Solves; the answer comes with the end of the build.</summary>
    /// <exception cref="RpcException">The build failed, or the daemon was lost.</exception>
    public async Task<SolveResponse> SolveAsync(SolveRequest request, CancellationToken cancellationToken) =>
        (SolveResponse)await UnaryAsync(Solve, request, cancellationToken);

    /// <summary>Follows a solve: a stream of <see cref="StatusResponse"/>.</summary>
    public AsyncServerStreamingCall<IMessage> Status(StatusRequest request, CancellationToken cancellationToken) =>
        invoker.AsyncServerStreamingCall(Statuses, null, new CallOptions(cancellationToken: cancellationToken), request);

    private async Task<IMessage> UnaryAsync(Method<IMessage, IMessage> method, IMessage request, CancellationToken cancellationToken)
    {
        using var call = invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: cancellationToken), request);
        return await call.ResponseAsync;
    }

    private static Method<IMessage, IMessage> Of(MethodType type, string name, MessageParser answer) =>
        WireMethods.Of<IMessage, IMessage>(type, "moby.buildkit.v1.Control", name, null, answer);
}
