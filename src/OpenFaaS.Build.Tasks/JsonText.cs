using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Tasks;

/// <summary>Writes JSON: objects, arrays and strings are all that a request holds, and a task may bring no library.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder text = new();
    private readonly Stack<bool> hasElements = new([false]);

    public JsonText Open(char bracket, string? name = null)
    {
        Separate(name);
        text.Append(bracket);
        hasElements.Push(false);
        return this;
    }

    public JsonText Close(char bracket)
    {
        if (hasElements.Pop())
        {
            NewLine();
        }

        text.Append(bracket);
        return this;
    }

    public JsonText Value(string? name, string value)
    {
        Separate(name);
        Quote(value);
        return this;
    }

    public JsonText Value(string name, int value)
    {
        Separate(name);
        text.Append(value.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => text + "\n";

    private void Separate(string? name)
    {
        if (hasElements.Count > 1)
        {
            if (hasElements.Pop())
            {
                text.Append(',');
            }

            hasElements.Push(true);
            NewLine();
        }

        if (name is not null)
        {
            Quote(name);
            text.Append(": ");
        }
    }

    private void NewLine() => text.Append('\n').Append(' ', (hasElements.Count - 1) * 2);

    private void Quote(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
            {
                text.Append('\\').Append(c);
            }
            else if (c < ' ' || c is '\u007f' or '\u2028' or '\u2029' || char.IsSurrogate(c))
            {
                // Escaped one by one, a lone surrogate stays what it is instead of becoming U+FFFD.
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        text.Append('"');
    }
}
