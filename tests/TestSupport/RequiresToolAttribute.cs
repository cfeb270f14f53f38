using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Skips a test, with the reason, where a command is missing; where <c>OPENFAAS_TEST_REQUIRE</c> names the service the test runs and fails instead.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresToolAttribute : ConditionBaseAttribute
{
    private readonly string service;
    private readonly string[] missing;

    /// <param name="service">Name in <c>OPENFAAS_TEST_REQUIRE</c>, for example <c>registry</c>.</param>
    /// <param name="commands">Commands that must be in PATH.</param>
    public RequiresToolAttribute(string service, params string[] commands)
        : base(ConditionMode.Include)
    {
        this.service = service;
        missing = [.. commands.Where(command => !IsInPath(command))];
        IgnoreMessage = $"not installed: {string.Join(", ", missing)} (OPENFAAS_TEST_REQUIRE={service} makes this a failure)";
    }

    /// <inheritdoc/>
    public override string GroupName => nameof(RequiresToolAttribute);

    /// <inheritdoc/>
    public override bool IsConditionMet => missing.Length == 0 || TestServices.IsRequired(service);

    private static bool IsInPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, command)));
}
