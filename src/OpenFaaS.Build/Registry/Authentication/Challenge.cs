namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11).</summary>
/// <param name="Scheme">Scheme as sent; compared without regard to case.</param>
/// <param name="Parameters">Parameters by lower-case name; of repeated names the first counts.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    private const int LongestHeader = 8 * 1024;

    public bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    public bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    /// <summary>A parameter's value, or an empty text.</summary>
    public string this[string name] => Parameters.GetValueOrDefault(name, "");

    /// <summary>Reads all challenges of all headers; what is malformed ends the header, and what was read before it counts.</summary>
    public static IReadOnlyList<Challenge> Parse(IEnumerable<string> headers)
    {
        List<Challenge> challenges = [];
        foreach (var header in headers.Where(header => header.Length <= LongestHeader))
        {
            new ChallengeReader(header).Read(challenges);
        }

        return challenges;
    }
}
