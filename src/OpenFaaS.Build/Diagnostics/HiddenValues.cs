namespace OpenFaaS.Build.Diagnostics;

/// <summary>
/// Values that the user gave by reference (<c>env:</c>, <c>file:</c>) and that nothing shows: engines name a step by its command with arguments
/// expanded, and steps may print them. Values of fewer than four characters are shown, since hiding them would make every message unreadable.
/// </summary>
internal sealed class HiddenValues
{
    private const int Shortest = 4;
    private const string Mask = "***";
    private readonly IReadOnlyList<string> values;

    /// <param name="values">The values; of one with several lines every line is hidden too.</param>
    public HiddenValues(IEnumerable<string> values) => this.values =
    [
        .. values.SelectMany(value => value.Split('\n').Append(value)).Select(value => value.Trim()).Where(value => value.Length >= Shortest)
            .Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length),
    ];

    /// <summary>Hides nothing.</summary>
    public static HiddenValues None { get; } = new([]);

    /// <summary>The text with <c>***</c> for each value.</summary>
    public string In(string text) => values.Aggregate(text, (hidden, value) => hidden.Replace(value, Mask, StringComparison.Ordinal));
}
