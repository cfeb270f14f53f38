using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>
/// Stands in for the executor in a pod of the double, as a program of the test: it reads the gzip-compressed tar from its input as the real one does, which
/// stops at the tar's end if that fills its buffers and else waits for the end of the input, says its steps, and leaves a digest before it pushes.
/// </summary>
internal sealed class ExecutorDouble
{
    /// <summary>What a Go program's readers take at once, so that it waits where less is there.</summary>
    private const int Buffers = 64 * 1024;

    /// <summary>Files of the context by path; a file's content as text.</summary>
    public Dictionary<string, string> Context { get; } = new(StringComparer.Ordinal);

    /// <summary>What it was started with; null before.</summary>
    public ContainerStart? Start { get; private set; }

    /// <summary>The exit code.</summary>
    public int ExitCode { get; init; }

    /// <summary>What it does instead of all that: its exit code; null where it builds.</summary>
    public ContainerProgram? Instead { get; init; }

    /// <summary>What it does between context and end; null for nothing.</summary>
    public Func<ContainerStart, CancellationToken, Task>? Work { get; init; }

    /// <summary>The digest that it leaves.</summary>
    public string Digest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Context.OrderBy(pair => pair.Key, StringComparer.Ordinal)))));

    public async Task<int> RunAsync(ContainerStart start, CancellationToken cancellationToken)
    {
        Start = start;
        if (Instead is not null)
        {
            return await Instead(start, cancellationToken);
        }

        try
        {
            await ReadAsync(start.Input, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            start.Print("error building image: error unpacking context: unexpected EOF");
            return 1;
        }

        var dockerfile = Encoding.UTF8.GetString(start.Files[Value(start, "--dockerfile=")]);
        foreach (var line in dockerfile.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            start.Print($$"""{"level":"info","msg":"{{line}}","time":"2026-01-01T00:00:00Z"}""");
        }

        if (Work is not null)
        {
            await Work(start, cancellationToken);
        }

        start.Leave(Digest);
        start.Print(ExitCode == 0 ? """{"level":"info","msg":"Pushed registry/x@sha256:0"}""" : "error building image: the double was told to fail");
        return ExitCode;
    }

    private static string Value(ContainerStart start, string option) => start.Arguments.Single(argument => argument.StartsWith(option, StringComparison.Ordinal))[option.Length..];

    private async Task ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        await using var unpacked = new GZipStream(new BufferedStream(input, Buffers), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
                Context[entry.Name] = await reader.ReadToEndAsync(cancellationToken);
            }
        }

        // The real one's reader ends here only where the padding is.
        await unpacked.ReadExactlyAsync(new byte[Buffers], cancellationToken);
    }
}
