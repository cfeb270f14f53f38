using System.Text;
using System.Text.Json;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Results;

/// <summary>
/// Reads what a builder tells of a build: JSON objects one after another, each with some of <c>log</c>, <c>status</c>, <c>error</c>. Nothing is kept but the last
/// status and error; memory is bounded whatever is sent.
/// </summary>
/// <param name="log">Takes each entry of a log, cut after <see cref="StringTrimmer.Longest"/> bytes.</param>
internal sealed class ResultReader(Action<string> log)
{
    private const int BufferLength = 64 * 1024;
    private const int MaximumDepth = 16;

    private readonly StringTrimmer trimmer = new();
    private readonly byte[] buffer = new byte[BufferLength];
    private JsonReaderState state = new(new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = MaximumDepth });
    private int filled;
    private bool isOpen;
    private string property = "";
    private string? status;
    private string? error;

    /// <summary>The last status of a complete object; null where none had one.</summary>
    public string? Status { get; private set; }

    /// <summary>The last error of a complete object; null where none had one.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether every object that began has ended.</summary>
    public bool IsComplete => !isOpen && filled == 0 && !trimmer.IsInString;

    /// <summary>Takes the next chunk, cut anywhere.</summary>
    /// <exception cref="ResultFormatException">It is no JSON, or not of this form.</exception>
    public void Take(ReadOnlySpan<byte> chunk)
    {
        foreach (var next in chunk)
        {
            if (!trimmer.Keeps(next))
            {
                continue;
            }

            if (filled == buffer.Length)
            {
                Parse();
            }

            buffer[filled++] = next;
        }

        Parse();
    }

    private void Parse()
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(0, filled), isFinalBlock: false, state);
        try
        {
            while (reader.Read())
            {
                Take(ref reader);
            }
        }
        catch (JsonException e)
        {
            throw new ResultFormatException("it is no JSON", e);
        }

        state = reader.CurrentState;
        var consumed = (int)reader.BytesConsumed;
        buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
        filled -= consumed;
        if (filled == buffer.Length)
        {
            throw new ResultFormatException($"a part of it that is no text is longer than {BufferLength} bytes");
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when reader.CurrentDepth == 0:
                (isOpen, status, error) = (true, null, null);
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                (isOpen, Status, Error) = (false, status ?? Status, error ?? Error);
                break;
            case var _ when reader.CurrentDepth == 0:
                throw new ResultFormatException("it is no JSON object");
            case JsonTokenType.PropertyName when reader.CurrentDepth == 1:
                property = Text(ref reader);
                break;
            case JsonTokenType.String when property == "log":
                log(Text(ref reader));
                break;
            case JsonTokenType.String when reader.CurrentDepth == 1 && property == "status":
                status = Text(ref reader);
                break;
            case JsonTokenType.String when reader.CurrentDepth == 1 && property == "error" && reader.ValueSpan.Length > 0:
                error = Text(ref reader);
                break;
        }
    }

    // Halves of surrogate pairs, which a cut may leave, and bytes that are no UTF-8 are no reason to fail.
    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
