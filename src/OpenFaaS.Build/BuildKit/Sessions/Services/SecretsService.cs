using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Secrets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Hands out the build's secrets by their ids. A secret that is not there is the daemon's business: steps say whether they can do without.</summary>
internal sealed class SecretsService : Secrets.SecretsBase
{
    /// <inheritdoc/>
    public override async Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context)
    {
        var value = await context.SessionContent().Secret(request.Id, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, $"the build has no secret '{SafeText.Neutralize(request.Id)}'"));
        return value.Length <= SecretReferences.Longest
            ? new GetSecretResponse { Data = ByteString.CopyFrom(value) }
            : throw BuildKitSessionDiagnostics.SecretTooLarge.With(SafeText.Neutralize(request.Id), SecretReferences.Longest).ToException();
    }
}
