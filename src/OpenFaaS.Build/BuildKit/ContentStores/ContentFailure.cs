using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>The answers of a content store that are no content, with the status codes that containerd gives.</summary>
internal static class ContentFailure
{
    public static RpcException NotFound(string what) => Of(StatusCode.NotFound, what + ": not found");

    public static RpcException Exists(string what) => Of(StatusCode.AlreadyExists, what + ": already exists");

    public static RpcException OutOfRange(string what) => Of(StatusCode.OutOfRange, what);

    public static RpcException Invalid(string what) => Of(StatusCode.InvalidArgument, what);

    /// <summary>What was sent is not what was announced, or the folder is not what it should be.</summary>
    public static RpcException Precondition(string what) => Of(StatusCode.FailedPrecondition, what);

    public static RpcException Unavailable(string what) => Of(StatusCode.Unavailable, what);

    public static RpcException Exhausted(string what) => Of(StatusCode.ResourceExhausted, what);

    public static RpcException Unimplemented(string what) => Of(StatusCode.Unimplemented, what);

    /// <summary>A write to a store that is only read.</summary>
    public static RpcException ReadOnly() => Of(StatusCode.PermissionDenied, "the store is read-only");

    private static RpcException Of(StatusCode code, string text) => new(new Status(code, text));
}
