namespace OpenFaaS.Build.TestSupport;

/// <summary>The services that <c>tests/services.sh</c> started for this run, by the names it uses.</summary>
public static class TestServices
{
    /// <summary>The variable that holds a service's endpoint: <c>registry-auth</c> is at <c>OPENFAAS_TEST_REGISTRY_AUTH</c>.</summary>
    public static string Variable(string service) => "OPENFAAS_TEST_" + service.Replace('-', '_').ToUpperInvariant();

    public static bool IsRunning(string service) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable(service)));

    /// <summary>Whether this run promised the service: a missing one is then a failure, not a skip.</summary>
    public static bool IsRequired(string service) =>
        (Environment.GetEnvironmentVariable("OPENFAAS_TEST_REQUIRE") ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Contains(service, StringComparer.Ordinal);

    /// <summary>A service's endpoint (<c>127.0.0.1:PORT</c> of a registry, <c>unix://…</c> of an engine).</summary>
    public static string Endpoint(string service) => Value(service, "");

    /// <summary>A further fact of a service, for example <c>LOG</c> of <c>registry</c> or <c>CLI</c> of <c>podman</c>.</summary>
    public static string Fact(string service, string name) => Value(service, "_" + name);

    private static string Value(string service, string suffix)
    {
        var variable = Variable(service) + suffix;
        var value = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(value) ? throw new InvalidOperationException($"{variable} is not set, but {service} is required.") : value;
    }
}
