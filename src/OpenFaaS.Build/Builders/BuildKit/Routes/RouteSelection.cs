using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>Chooses the way by the destination and by what the daemon can.</summary>
internal static class RouteSelection
{
    /// <exception cref="DiagnosticException">There is none, or the daemon cannot honour an input.</exception>
    public static ImageRoute Select(ImageBuild build, BuildKitConnection connection, RegistryConnections registries)
    {
        var isOwnEngine = EngineStore.IsAt(build.Engine, connection.Engine?.Address);
        EnsureHonours(build, connection);
        DaemonAge.Warn(build, connection);
        if (connection.Daemon.HasImageStore)
        {
            return build.Function.Destination is RegistryDestination ? new PushRoute(build, connection, registries)
                : isOwnEngine ? new StoreRoute(build, connection)
                : new ArchiveRoute(build, connection);
        }

        var engine = connection.Engine!;
        return isOwnEngine ? new ClassicStoreRoute(build, connection)
            : build.Function.Destination is RegistryDestination ? new ClassicPushRoute(build, connection, engine, registries)
            : new ClassicArchiveRoute(build, connection, engine);
    }

    /// <exception cref="DiagnosticException">The daemon cannot honour an input, or has no way out for an image.</exception>
    public static void EnsureHonours(ImageBuild build, BuildKitConnection connection)
    {
        if (!connection.Daemon.HasImageStore)
        {
            if (connection.Engine is null)
            {
                throw BuildKitBuildDiagnostics.NoWayOut.With(connection.Address).At(build.Function.Origin).ToException();
            }

            ClassicStore.EnsureHonours(build, connection.Address);
        }

        DaemonAge.EnsureHonours(build, connection);
    }
}
