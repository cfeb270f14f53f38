using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

#pragma warning disable CA1515, CA1050, CA1716, IDE0130 // The names are OpenFaaS's.

namespace function;

/// <summary>Endpoints that the host's tests steer.</summary>
public static class Handler
{
    /// <summary>Raises the server's limit for bodies, as a function may.</summary>
    /// <param name="services">The function's services.</param>
    public static void MapServices(IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable("LARGEST_BODY") is string largest)
        {
            services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = long.Parse(largest, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Maps what a test asks for.</summary>
    /// <param name="app">The function.</param>
    public static void MapEndpoints(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        app.Use(next => context => context.Request.Headers.ContainsKey("X-Refuse") ? Refuse(context) : next(context));
        app.MapGet("/", context => context.Response.WriteAsync("hello"));
        app.MapGet("/config/{key}", context =>
            context.Response.WriteAsync(app.Configuration[(string)context.Request.RouteValues["key"]] ?? "(none)"));
        app.MapGet("/environment", context => context.Response.WriteAsync(app.Environment.WebRootPath ?? "(none)"));
        app.MapPost("/length", async context =>
        {
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content).ConfigureAwait(false);
            await context.Response.WriteAsync(content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)).ConfigureAwait(false);
        });

        // Starts its answer at once, so that the caller knows it is being served, and ends it when released.
        app.MapGet("/hold", async context =>
        {
            await context.Response.WriteAsync("held,").ConfigureAwait(false);
            await context.Response.Body.FlushAsync().ConfigureAwait(false);
            await released.Task.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            await context.Response.WriteAsync("released").ConfigureAwait(false);
        });
        app.MapPost("/release", context =>
        {
            released.TrySetResult();
            return Task.CompletedTask;
        });
        app.MapFallback(context => context.Response.WriteAsync("fallback"));
    }

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
