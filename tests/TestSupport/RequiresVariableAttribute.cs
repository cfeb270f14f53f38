using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Skips a test, with the reason, where an environment variable does not name what the test needs and no machine has by itself.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresVariableAttribute : ConditionBaseAttribute
{
    private readonly string variable;

    /// <param name="variable">Name of the variable.</param>
    /// <param name="meaning">What it names.</param>
    public RequiresVariableAttribute(string variable, string meaning)
        : base(ConditionMode.Include)
    {
        this.variable = variable;
        IgnoreMessage = $"{variable} is not set: it names {meaning}";
    }

    /// <inheritdoc/>
    public override string GroupName => nameof(RequiresVariableAttribute);

    /// <inheritdoc/>
    public override bool IsConditionMet => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
