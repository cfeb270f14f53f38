namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>
/// Follows YAML text character by character, before variables are substituted, and knows roughly where it is: enough to leave comments alone and to warn of
/// values that do not fit. It checks nothing.
/// </summary>
internal sealed class PlaceTracker
{
    private readonly BlockScalars blocks = new();
    private int flowDepth;
    private char previous = '\n';
    private bool isEscaped;
    private bool isProperty;
    private bool hasClosedQuote;

    /// <summary>The place of the next character.</summary>
    public YamlPlace Place { get; private set; } = YamlPlace.NodeStart;

    /// <summary>Whether it is in <c>[]</c> or <c>{}</c>.</summary>
    public bool IsFlow => flowDepth > 0;

    /// <summary>Whether the last character was white space, so that <c>#</c> would begin a comment.</summary>
    public bool IsAfterBlank => previous is ' ' or '\t' or '\n' or '\r';

    /// <summary>Goes over a reference: whatever it becomes counts as text.</summary>
    public void PassReference() => Advance('\uFFFD', '\uFFFD');

    /// <summary>Goes over a character.</summary>
    /// <param name="character">The character.</param>
    /// <param name="next">The one after it; NUL at the end.</param>
    public void Advance(char character, char next)
    {
        Place = character is '\n' or '\r' ? EndLine() : Move(character, next);
        blocks.Pass(character);
        previous = character;
    }

    private YamlPlace EndLine()
    {
        (isEscaped, isProperty) = (false, false);
        if (Place is YamlPlace.SingleQuoted or YamlPlace.DoubleQuoted)
        {
            return Place;
        }

        hasClosedQuote = false;
        return blocks.EndLine() ? YamlPlace.Block : YamlPlace.NodeStart;
    }

    private YamlPlace Move(char character, char next)
    {
        switch (Place)
        {
            case YamlPlace.Comment:
                return YamlPlace.Comment;
            case YamlPlace.Block when blocks.Holds(character):
                return YamlPlace.Block;
            case YamlPlace.Block:
                Place = YamlPlace.NodeStart;
                break;
            case YamlPlace.DoubleQuoted:
                var isEnd = character == '"' && !isEscaped;
                isEscaped = character == '\\' && !isEscaped;
                hasClosedQuote = isEnd;
                return isEnd ? YamlPlace.Plain : YamlPlace.DoubleQuoted;
            case YamlPlace.SingleQuoted:
                hasClosedQuote = character == '\'';
                return hasClosedQuote ? YamlPlace.Plain : YamlPlace.SingleQuoted;
        }

        if (character == '#' && IsAfterBlank)
        {
            return YamlPlace.Comment;
        }

        return Place == YamlPlace.NodeStart ? Begin(character, next) : Continue(character, next);
    }

    /// <summary>Where a node may begin.</summary>
    private YamlPlace Begin(char character, char next)
    {
        if (isProperty)
        {
            isProperty = character is not (' ' or '\t');
            return YamlPlace.NodeStart;
        }

        switch (character)
        {
            case ' ' or '\t' or ',' or ':':
                return YamlPlace.NodeStart;
            case '-' or '?' when IsBlank(next):
                blocks.Nest();
                return YamlPlace.NodeStart;
            case '[' or '{':
                flowDepth++;
                return YamlPlace.NodeStart;
            case ']' or '}' when flowDepth > 0:
                flowDepth--;
                return YamlPlace.Plain;
            case '&' or '!':
                isProperty = true;
                return YamlPlace.NodeStart;
            case '"':
                blocks.BeginText();
                return YamlPlace.DoubleQuoted;
            case '\'':
                blocks.BeginText();
                return YamlPlace.SingleQuoted;
            case '|' or '>' when flowDepth == 0:
                blocks.BeginHeader();
                return YamlPlace.Plain;
            default:
                blocks.BeginText();
                return YamlPlace.Plain;
        }
    }

    /// <summary>After a node has begun.</summary>
    private YamlPlace Continue(char character, char next)
    {
        var wasQuoted = hasClosedQuote;
        hasClosedQuote = false;
        switch (character)
        {
            case '\'' when wasQuoted && previous == '\'':
                return YamlPlace.SingleQuoted;
            case ':' when IsBlank(next) || (wasQuoted && IsFlow):
                blocks.EndKey();
                return YamlPlace.NodeStart;
            case ',' or '[' or '{' when IsFlow:
                flowDepth += character == ',' ? 0 : 1;
                return YamlPlace.NodeStart;
            case ']' or '}' when IsFlow:
                flowDepth--;
                return YamlPlace.Plain;
            default:
                return YamlPlace.Plain;
        }
    }

    private static bool IsBlank(char character) => character is ' ' or '\t' or '\n' or '\r' or '\0';
}
