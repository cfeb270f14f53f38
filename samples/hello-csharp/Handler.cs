namespace function;

public static class Handler
{
    public static void MapServices(IServiceCollection services)
    {
    }

    public static void MapEndpoints(WebApplication app)
    {
        app.MapGet("/", () => "Hello from OpenFaaS.Build.Sdk\n");

        // Takes its time, to watch a drain: a request in flight completes after SIGTERM.
        app.MapGet("/slow", async (int? seconds) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(seconds ?? 3, 0, 30)));
            return "done\n";
        });
    }
}
