using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace OpenFaaS.Build.TestSupport;

/// <summary>
/// Skips a test, with the reason, where a service of <c>tests/services.sh</c> is not running; where <c>OPENFAAS_TEST_REQUIRE</c>
/// names the service the test runs and fails instead.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequiresServiceAttribute : ConditionBaseAttribute
{
    private readonly string service;

    /// <param name="service">Name as <c>tests/services.sh</c> has it, for example <c>registry-auth</c>.</param>
    public RequiresServiceAttribute(string service)
        : base(ConditionMode.Include)
    {
        this.service = service;
        IgnoreMessage = $"{TestServices.Variable(service)} is not set: `tests/services.sh start --file F --folder D {service}`, then `. F`"
            + $" (OPENFAAS_TEST_REQUIRE={service} makes this a failure)";
    }

    /// <summary>Each service is a condition of its own: all of them must hold.</summary>
    public override string GroupName => $"{nameof(RequiresServiceAttribute)}.{service}";

    public override bool IsConditionMet => TestServices.IsRunning(service) || TestServices.IsRequired(service);
}
