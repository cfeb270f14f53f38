using OpenFaaS.Build.BuildKit.Connections;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Bounds for peers that do not answer, so that a test of them takes seconds.</summary>
internal static class ShortLimits
{
    public static ConnectionLimits Value { get; } = new() { Probe = TimeSpan.FromSeconds(0.3), Answer = TimeSpan.FromSeconds(2), Connect = TimeSpan.FromSeconds(4) };
}
