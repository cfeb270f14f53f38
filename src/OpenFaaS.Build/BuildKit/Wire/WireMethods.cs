using Google.Protobuf;
using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.Wire;

/// <summary>Describes methods of BuildKit's services to gRPC, as the generated code does, whose descriptions are its own.</summary>
internal static class WireMethods
{
    /// <summary>A method.</summary>
    /// <param name="type">Which sides stream.</param>
    /// <param name="service">Full name of the service.</param>
    /// <param name="name">Name of the method.</param>
    /// <param name="request">Reads requests; null where they are only sent.</param>
    /// <param name="answer">Reads answers; null where they are only sent.</param>
    public static Method<TRequest, TAnswer> Of<TRequest, TAnswer>(MethodType type, string service, string name, MessageParser? request, MessageParser? answer)
        where TRequest : class, IMessage
        where TAnswer : class, IMessage =>
        new(type, service, name, MarshallerOf<TRequest>(request), MarshallerOf<TAnswer>(answer));

    private static Marshaller<T> MarshallerOf<T>(MessageParser? parser) where T : class, IMessage => new(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        parser is null
            ? static _ => throw new NotSupportedException("The message is only sent.")
            : context => (T)parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
