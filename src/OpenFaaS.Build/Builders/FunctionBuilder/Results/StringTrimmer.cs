namespace OpenFaaS.Build.Builders.FunctionBuilder.Results;

/// <summary>
/// Shortens the strings of a stream of JSON, and drops white space between its tokens, so that whoever parses it needs little memory however long a string is.
/// A string is cut between two characters, and never within an escape sequence. Chunks may be cut anywhere.
/// </summary>
internal sealed class StringTrimmer
{
    /// <summary>Bytes that are kept of a string, as they are written.</summary>
    public const int Longest = 8 * 1024;

    private const int HexDigits = 4;

    private bool inString;
    private bool isDropping;
    private bool isEscape;
    private int escapeLeft;
    private int length;

    /// <summary>Whether a string has begun that has not ended.</summary>
    public bool IsInString => inString;

    /// <summary>Decides on the next byte.</summary>
    /// <returns>Whether it stays.</returns>
    public bool Keeps(byte next)
    {
        if (!inString)
        {
            (inString, isDropping, length) = (next == '"', false, 0);
            return next is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
        }

        if (isEscape || escapeLeft > 0)
        {
            escapeLeft = isEscape ? (next == 'u' ? HexDigits : 0) : escapeLeft - 1;
            isEscape = false;
            return Count();
        }

        if (next == '"')
        {
            inString = false;
            return true;
        }

        isDropping |= length >= Longest && !IsContinuation(next);
        isEscape = next == '\\';
        return Count();
    }

    private static bool IsContinuation(byte next) => (next & 0xC0) == 0x80;

    private bool Count()
    {
        length += isDropping ? 0 : 1;
        return !isDropping;
    }
}
