namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>Remembers where the pieces of a text come from.</summary>
internal sealed class TextOrigins
{
    private readonly List<int> starts = [0];
    private readonly List<(int Source, bool IsFixed)> sources = [(0, false)];

    /// <summary>From here the text is copied from the source.</summary>
    /// <param name="start">Offset in the text.</param>
    /// <param name="source">Offset in the source.</param>
    public void Add(int start, int source) => Add(start, source, isFixed: false);

    /// <summary>From here all of the text comes from one place of the source.</summary>
    /// <inheritdoc cref="Add(int, int)"/>
    public void AddFixed(int start, int source) => Add(start, source, isFixed: true);

    /// <summary>The offset in the source for one in the text.</summary>
    public int Trace(int offset)
    {
        var index = starts.BinarySearch(offset);
        index = index < 0 ? ~index - 1 : index;
        var (source, isFixed) = sources[index];
        return isFixed ? source : source + offset - starts[index];
    }

    private void Add(int start, int source, bool isFixed)
    {
        if (starts[^1] == start)
        {
            sources[^1] = (source, isFixed);
            return;
        }

        starts.Add(start);
        sources.Add((source, isFixed));
    }
}
