using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Health;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Tells the daemon that the session lives.</summary>
internal sealed class HealthService : Health.HealthBase
{
    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
}
