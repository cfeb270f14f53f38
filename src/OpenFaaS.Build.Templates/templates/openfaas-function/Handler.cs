namespace function;

// The SDK finds this class by its name and supplies the entry point around it.
public static class Handler
{
    public static void MapServices(IServiceCollection services)
    {
    }

    public static void MapEndpoints(WebApplication app)
    {
        app.MapGet("/", () => "Hello from FUNCTION_NAME\n");
    }
}
