using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Processes;

/// <summary>The standard input of a program. Tells a pipe that the program has closed apart from errors of what is written into it.</summary>
internal sealed class PipeInput(Stream pipe) : WriteOnlyStream
{
    /// <summary>Whether the program no longer reads.</summary>
    public bool IsBroken { get; private set; }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            pipe.Write(buffer);
        }
        catch (IOException)
        {
            IsBroken = true;
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await pipe.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            IsBroken = true;
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Flush() => pipe.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => pipe.FlushAsync(cancellationToken);
}
