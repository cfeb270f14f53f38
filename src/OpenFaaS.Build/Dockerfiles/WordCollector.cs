using System.Text;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Splits what a <see cref="WordLexer"/> reads into words.</summary>
internal sealed class WordCollector
{
    private readonly List<string> words = [];
    private readonly StringBuilder word = new();

    /// <summary>Adds text whose blanks separate words.</summary>
    public void AddText(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
            }
            else
            {
                EndWord();
            }
        }
    }

    /// <summary>Adds quoted or escaped text, whose blanks belong to the word.</summary>
    public void AddLiteral(string text) => word.Append(text);

    /// <summary>Ends the last word and returns all; an empty quoted word is none.</summary>
    public IReadOnlyList<string> Finish()
    {
        EndWord();
        return words;
    }

    private void EndWord()
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }
}
