using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.BuildKit.Wire;
using OpenFaaS.Build.BuildKit.Wire.Auth;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.BuildKit.Wire.Health;
using OpenFaaS.Build.BuildKit.Wire.Secrets;
using OpenFaaS.Build.BuildKit.Wire.Ssh;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>
/// All methods that daemons call in sessions. They are named to the server one by one: what the generated code does is found by reflection and has
/// generic methods that native code must make anew at the start, which takes longer than all else of it.
/// </summary>
internal sealed class SessionMethods : IServiceMethodProvider<SessionMethods>
{
    private const string Health = "grpc.health.v1.Health";
    private const string Authentication = "moby.filesync.v1.Auth";
    private const string Secrets = "moby.buildkit.secrets.v1.Secrets";
    private const string Ssh = "moby.sshforward.v1.SSH";
    private const string Content = "containerd.services.content.v1.Content";

    private readonly HealthService health = new();
    private readonly FileSyncService files = new();
    private readonly FileSendService outputs = new();
    private readonly AuthService authentication = new(new TokenAuthorities());
    private readonly SecretsService secrets = new();
    private readonly SshService ssh = new();
    private readonly ContentService content = new(static call => call.SessionContent());

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<SessionMethods> context)
    {
        Unary(context, Health, "Check", HealthCheckRequest.Parser, health.Check);
        Duplex(context, WireMethods.Of<Packet, Packet>(MethodType.DuplexStreaming, "moby.filesync.v1.FileSync", "DiffCopy", Packet.Parser, null), files.DiffCopy);
        Duplex(context, FileSendMethod.DiffCopy, outputs.DiffCopy);
        Unary(context, Authentication, "Credentials", CredentialsRequest.Parser, authentication.Credentials);
        Unary(context, Authentication, "FetchToken", FetchTokenRequest.Parser, authentication.FetchToken);
        Unary(context, Authentication, "GetTokenAuthority", GetTokenAuthorityRequest.Parser, authentication.GetTokenAuthority);
        Unary(context, Authentication, "VerifyTokenAuthority", VerifyTokenAuthorityRequest.Parser, authentication.VerifyTokenAuthority);
        Unary(context, Secrets, "GetSecret", GetSecretRequest.Parser, secrets.GetSecret);
        Unary(context, Ssh, "CheckAgent", CheckAgentRequest.Parser, ssh.CheckAgent);
        Duplex(context, WireMethods.Of<Wire.Ssh.BytesMessage, Wire.Ssh.BytesMessage>(MethodType.DuplexStreaming, Ssh, "ForwardAgent", Wire.Ssh.BytesMessage.Parser, null), ssh.ForwardAgent);
        Unary(context, Content, "Info", InfoRequest.Parser, content.Info);
        Unary(context, Content, "Update", UpdateRequest.Parser, content.Update);
        Streaming<ListContentRequest, ListContentResponse>(context, Content, "List", ListContentRequest.Parser, content.List);
        Unary(context, Content, "Delete", DeleteContentRequest.Parser, content.Delete);
        Streaming<ReadContentRequest, ReadContentResponse>(context, Content, "Read", ReadContentRequest.Parser, content.Read);
        Unary(context, Content, "Status", StatusRequest.Parser, content.Status);
        Unary(context, Content, "ListStatuses", ListStatusesRequest.Parser, content.ListStatuses);
        Duplex(context, WireMethods.Of<WriteContentRequest, WriteContentResponse>(MethodType.DuplexStreaming, Content, "Write", WriteContentRequest.Parser, null), content.Write);
        Unary(context, Content, "Abort", AbortRequest.Parser, content.Abort);
    }

    private static void Unary<TRequest, TAnswer>(
        ServiceMethodProviderContext<SessionMethods> context, string service, string name, MessageParser<TRequest> request, UnaryServerMethod<TRequest, TAnswer> handler)
        where TRequest : class, IMessage<TRequest>
        where TAnswer : class, IMessage =>
        context.AddUnaryMethod(
            WireMethods.Of<TRequest, TAnswer>(MethodType.Unary, service, name, request, null),
            [],
            (_, message, call) => CodedErrors.ReportAsync(call, () => handler(message, call)));

    private static void Streaming<TRequest, TAnswer>(
        ServiceMethodProviderContext<SessionMethods> context, string service, string name, MessageParser<TRequest> request, ServerStreamingServerMethod<TRequest, TAnswer> handler)
        where TRequest : class, IMessage<TRequest>
        where TAnswer : class, IMessage =>
        context.AddServerStreamingMethod(
            WireMethods.Of<TRequest, TAnswer>(MethodType.ServerStreaming, service, name, request, null),
            [],
            (_, message, answers, call) => CodedErrors.ReportAsync(call, () => handler(message, answers, call)));

    private static void Duplex<TRequest, TAnswer>(
        ServiceMethodProviderContext<SessionMethods> context, Method<TRequest, TAnswer> method, DuplexStreamingServerMethod<TRequest, TAnswer> handler)
        where TRequest : class
        where TAnswer : class =>
        context.AddDuplexStreamingMethod(method, [], (_, messages, answers, call) => CodedErrors.ReportAsync(call, () => handler(messages, answers, call)));
}
