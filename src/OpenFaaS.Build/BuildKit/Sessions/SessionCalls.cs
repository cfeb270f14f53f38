using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using OpenFaaS.Build.BuildKit.Sessions.Services;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>Hands every call of a daemon to its method: paths are fixed, so that no router is needed.</summary>
/// <param name="methods">The methods by their paths, <c>/package.Service/Method</c>.</param>
/// <param name="unknown">What answers everything else, with gRPC's status "unimplemented".</param>
/// <param name="services">What gRPC's server needs.</param>
internal sealed class SessionCalls(FrozenDictionary<string, RequestDelegate> methods, RequestDelegate unknown, IServiceProvider services) : IHttpApplication<HttpContext>
{
    /// <summary>The calls of <see cref="SessionMethods"/>.</summary>
    public static SessionCalls Of(IServiceProvider services)
    {
        var routes = new Routes(services);
        routes.MapGrpcService<SessionMethods>();
        var all = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => (Path: endpoint.RoutePattern.RawText ?? "", Method: endpoint.RequestDelegate!)).ToList();

        // gRPC adds patterns for what there is not: any method of a service, and any service.
        return new SessionCalls(
            all.Where(endpoint => !endpoint.Path.Contains('{')).ToFrozenDictionary(endpoint => endpoint.Path, endpoint => endpoint.Method, StringComparer.Ordinal),
            all.First(endpoint => endpoint.Path.Contains('{')).Method,
            services);
    }

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures) { RequestServices = services };

    /// <inheritdoc/>
    public Task ProcessRequestAsync(HttpContext context) => (methods.GetValueOrDefault(context.Request.Path.Value ?? "") ?? unknown)(context);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing is kept for a call.
    }

    private sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
