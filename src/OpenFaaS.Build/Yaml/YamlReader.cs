using OpenFaaS.Build.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpenFaaS.Build.Yaml;

/// <summary>Reads YAML into nodes from the parser's events. Size, depth and number of nodes are bounded, so that hostile text costs neither stack nor memory nor time.</summary>
internal sealed class YamlReader
{
    private readonly YamlText text;
    private readonly YamlLimits limits;
    private readonly Parser parser;

    /// <summary>By name; null while the anchored node is being read.</summary>
    private readonly Dictionary<string, Subtree?> anchors = new(StringComparer.Ordinal);

    private int nodes;

    private YamlReader(YamlText text, YamlLimits limits) =>
        (this.text, this.limits, parser) = (text, limits, new Parser(new StringReader(text.Content)));

    /// <summary>Reads the first document, as go-yaml does; later ones are not looked at.</summary>
    /// <param name="text">The text.</param>
    /// <param name="malformed">The error of the caller's family; {0} is the file's name, {1} why.</param>
    /// <param name="limits">The default ones if null.</param>
    /// <returns>The root; null if there is no document.</returns>
    /// <exception cref="DiagnosticException">The text is malformed or beyond the limits.</exception>
    public static YamlNode? Read(YamlText text, DiagnosticDescriptor malformed, YamlLimits? limits = null)
    {
        try
        {
            limits ??= YamlLimits.Default;
            if (text.Content.Length > limits.Length)
            {
                throw new YamlFormatException($"it has more than {limits.Length} characters", text.Locate(limits.Length));
            }

            YamlCharacters.Check(text);
            return new YamlReader(text, limits).ReadDocument();
        }
        catch (YamlException e)
        {
            throw Failure(e.Message.ReplaceLineEndings(" ").TrimEnd('.'), text.Locate(e.Start.Index), e);
        }
        catch (YamlFormatException e)
        {
            throw Failure(e.Message, e.At, e);
        }

        DiagnosticException Failure(string why, SourceLocation at, Exception e) =>
            malformed.With(Path.GetFileName(text.File), why).At(at).ToException(e);
    }

    private YamlNode? ReadDocument()
    {
        while (Move())
        {
            if (parser.Current is NodeEvent or AnchorAlias)
            {
                return ReadNode(depth: 1).Node;
            }
        }

        return null;
    }

    /// <summary>Reads the node that the parser stands at; its last event is the current one then.</summary>
    private Subtree ReadNode(int depth)
    {
        var at = text.Locate(parser.Current!.Start.Index);
        if (parser.Current is AnchorAlias alias)
        {
            return Resolve(alias.Value.Value, depth, at);
        }

        var current = parser.Current as NodeEvent ?? throw new YamlFormatException("a node is missing", at);
        Count(1, at);
        EnsureDepth(depth, at);
        YamlTags.Check(current, at);
        var name = current.Anchor.IsEmpty ? null : current.Anchor.Value;
        if (name is not null)
        {
            anchors[name] = null;
        }

        var before = nodes;
        var (node, height) = current switch
        {
            Scalar scalar => (new YamlScalar(scalar.Value, YamlTags.IsPlain(scalar), at), 0),
            SequenceStart => ReadSequence(depth, at),
            _ => ReadMapping(depth, at),
        };
        var subtree = new Subtree(node, nodes - before + 1, height);
        if (name is not null)
        {
            anchors[name] = subtree;
        }

        return subtree;
    }

    private Subtree Resolve(string name, int depth, SourceLocation at)
    {
        if (!anchors.TryGetValue(name, out var found))
        {
            throw new YamlFormatException($"there is no anchor '{name}' before this alias", at);
        }

        var target = found ?? throw new YamlFormatException($"the anchor '{name}' contains itself", at);
        Count(target.Size, at);
        EnsureDepth(depth + target.Height, at);
        return target;
    }

    private (YamlNode Node, int Height) ReadSequence(int depth, SourceLocation at)
    {
        var items = new List<YamlNode>();
        var height = 0;
        while (Next() is not SequenceEnd)
        {
            var item = ReadNode(depth + 1);
            items.Add(item.Node);
            height = Math.Max(height, item.Height + 1);
        }

        return (new YamlSequence(items, at), height);
    }

    private (YamlNode Node, int Height) ReadMapping(int depth, SourceLocation at)
    {
        var entries = new MappingEntries();
        var height = 0;
        while (Next() is not MappingEnd)
        {
            var keyAt = text.Locate(parser.Current!.Start.Index);
            var key = entries.Accept(ReadNode(depth + 1).Node, keyAt);
            Next();
            var value = ReadNode(depth + 1);
            entries.Add(key, keyAt, value.Node);
            height = Math.Max(height, value.Height + 1);
        }

        return (new YamlMapping(entries.Merged(), at), height);
    }

    private ParsingEvent Next() =>
        Move() ? parser.Current! : throw new YamlFormatException("it ends too early", text.Locate(text.Content.Length));

    private bool Move()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or ArithmeticException or IndexOutOfRangeException)
        {
            // The parser does not foresee some malformed texts.
            throw new YamlFormatException("it cannot be understood from here on", text.Locate(parser.Current?.End.Index ?? 0));
        }
    }

    private void Count(int more, SourceLocation at)
    {
        nodes += more;
        if (nodes > limits.Nodes)
        {
            throw new YamlFormatException($"it has more than {limits.Nodes} nodes, aliases included", at);
        }
    }

    private void EnsureDepth(int depth, SourceLocation at)
    {
        if (depth > limits.Depth)
        {
            throw new YamlFormatException($"it is nested deeper than {limits.Depth}", at);
        }
    }

    /// <summary>A node with what an alias to it costs.</summary>
    private sealed record Subtree(YamlNode Node, int Size, int Height);
}
