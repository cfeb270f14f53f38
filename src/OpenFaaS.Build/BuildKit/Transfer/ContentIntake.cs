using System.Globalization;
using Google.Protobuf;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>The contents of an output while they arrive: what is asked for next, and where a chunk goes. A bounded number of files is open.</summary>
internal sealed class ContentIntake : IDisposable
{
    private const int MaxOpen = 64;
    private readonly OutputFolder folder;
    private readonly IReadOnlyList<Stat> entries;
    private readonly Dictionary<uint, FileStream> open = [];
    private int next;

    public ContentIntake(OutputFolder folder, IReadOnlyList<Stat> entries) => (this.folder, this.entries) = (folder, entries);

    /// <summary>Whether all content is there.</summary>
    public bool IsDone => open.Count == 0 && next == entries.Count;

    /// <summary>The number of the file to ask for next; null as long as there are enough, or if there is none.</summary>
    /// <exception cref="DiagnosticException">It cannot be written.</exception>
    public uint? Next()
    {
        while (next < entries.Count && !ReceivedListing.IsFile(entries[next]))
        {
            next++;
        }

        if (next == entries.Count || open.Count == MaxOpen)
        {
            return null;
        }

        var number = (uint)next++;
        open.Add(number, folder.MakeFile(entries[(int)number].Path));
        return number;
    }

    /// <summary>Writes a chunk; an empty one ends the file.</summary>
    /// <exception cref="DiagnosticException">It was not asked for, has another size than it should, or cannot be written.</exception>
    public void Take(uint number, ByteString data)
    {
        if (!open.TryGetValue(number, out var file))
        {
            throw BuildKitTransferDiagnostics.ProtocolBroken.With($"it sends content of entry {number}, which was not asked for").ToException();
        }

        var entry = entries[(int)number];
        if (data.Length > 0)
        {
            EnsureSize(entry, file.Position + data.Length, file.Position + data.Length <= entry.Size);
            folder.Do(entry.Path, () => file.Write(data.Span));
            return;
        }

        EnsureSize(entry, file.Position, file.Position == entry.Size);
        open.Remove(number);
        folder.Do(entry.Path, () => Close(file, entry));
    }

    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file.Dispose();
        }
    }

    private static void EnsureSize(Stat entry, long size, bool holds)
    {
        if (!holds)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"'{SafeText.Neutralize(entry.Path)}' has {size} bytes and should have {entry.Size}");
            throw BuildKitTransferDiagnostics.ProtocolBroken.With(text).ToException();
        }
    }

    private static void Close(FileStream file, Stat entry)
    {
        using (file)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)GoFileMode.ToUnix(entry.Mode));
            }

            File.SetLastWriteTimeUtc(file.SafeFileHandle, OutputFolder.TimeOf(entry));
        }
    }
}
