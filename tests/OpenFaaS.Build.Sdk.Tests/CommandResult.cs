using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>How a command ended and what it printed.</summary>
internal sealed partial record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Codes of the errors, in the order printed, each place once.</summary>
    public IReadOnlyList<string> ErrorCodes => Codes(ErrorPattern());

    /// <summary>Codes of the warnings.</summary>
    public IReadOnlyList<string> WarningCodes => Codes(WarningPattern());

    /// <summary>Fails the test, with everything that was printed, if the command failed.</summary>
    public CommandResult ShouldSucceed()
    {
        Assert.AreEqual(0, ExitCode, Output + Error);
        return this;
    }

    /// <summary>One error of that code, exit code 1, no stack trace, and no text that was not filled in.</summary>
    public CommandResult ShouldFailWith(string code)
    {
        Assert.AreEqual(1, ExitCode, Output + Error);
        Assert.AreSequenceEqual([code], ErrorCodes, Output + Error);
        Assert.DoesNotContain("   at ", Output + Error);
        Assert.DoesNotContain("MSB4018", Output + Error);
        Assert.DoesNotMatchRegex(@"\{\d\}", Output + Error);
        return this;
    }

    [GeneratedRegex(@"^(?<line>.*?: error (?<code>[A-Z]+\d+):.*)$", RegexOptions.Multiline)]
    private static partial Regex ErrorPattern();

    [GeneratedRegex(@"^(?<line>.*?: warning (?<code>[A-Z]+\d+):.*)$", RegexOptions.Multiline)]
    private static partial Regex WarningPattern();

    // The console shows an error where it happens and again in its summary.
    private List<string> Codes(Regex pattern) =>
        [.. pattern.Matches(Output).DistinctBy(match => match.Groups["line"].Value.Trim()).Select(match => match.Groups["code"].Value)];
}
