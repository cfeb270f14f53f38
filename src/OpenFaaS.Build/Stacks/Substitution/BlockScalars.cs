namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>Knows which lines belong to a text begun with <c>|</c> or <c>></c>: those indented more than what the text belongs to.</summary>
internal sealed class BlockScalars
{
    private const int None = -1;

    private int column;
    private bool isIndentation = true;

    /// <summary>Column of the last dash or key of the line.</summary>
    private int owner = None;

    /// <summary>Column of the text that may turn out to be a key.</summary>
    private int textColumn = None;

    /// <summary>Column of the owner whose text begins with the next line.</summary>
    private int? header;

    private int? block;
    private bool isComment;

    /// <summary>A dash or question mark: what follows belongs to it.</summary>
    public void Nest() => owner = column;

    /// <summary>A text begins.</summary>
    public void BeginText() => textColumn = textColumn == None ? column : textColumn;

    /// <summary>The text of the line was a key.</summary>
    public void EndKey() => owner = textColumn == None ? owner : textColumn;

    /// <summary><c>|</c> or <c>></c> where a node begins. Alone on its line it belongs to something further out.</summary>
    public void BeginHeader() => header = owner == None ? column - 1 : owner;

    /// <summary>Goes over a character of the line.</summary>
    public void Pass(char character)
    {
        if (character is '\n' or '\r')
        {
            (column, isIndentation, isComment, owner, textColumn, header) = (0, true, false, None, None, null);
            return;
        }

        // Indicators, blanks and a comment may follow the header; then it was none.
        if (header is not null && column > 0 && character is not ('|' or '>' or '+' or '-' or ' ' or '\t' or '#' or (>= '0' and <= '9')) && !isComment)
        {
            header = null;
        }

        isComment = header is not null && (isComment || character == '#');
        isIndentation &= character == ' ';
        column++;
    }

    /// <summary>Ends the line.</summary>
    /// <returns>Whether the next one belongs to a block, as far as its end is not seen.</returns>
    public bool EndLine()
    {
        block = header ?? block;
        return block is not null;
    }

    /// <summary>Whether a character of a line after the header still belongs to the block.</summary>
    public bool Holds(char character)
    {
        if (isIndentation && character != ' ' && column <= block)
        {
            block = null;
        }

        return block is not null;
    }
}
