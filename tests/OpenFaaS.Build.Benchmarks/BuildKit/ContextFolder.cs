using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>Build contexts. Nothing in them equals what another call wrote, so that a daemon has seen none of it.</summary>
internal static class ContextFolder
{
    private const string Dockerfile = "FROM scratch\nCOPY . /app/\n";

    // All has to be sent, and little of it comes to the image: what an engine takes to pack an image is the same for both, and more than the transfer.
    private const string TransferDockerfile = "FROM scratch AS sent\nCOPY . /app/\nFROM scratch\nCOPY --from=sent /app/mark /mark\n";

    /// <summary>A function of ten small files.</summary>
    public static void WriteSmall(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), Dockerfile);
        WriteFiles(folder, 10, 2_000);
    }

    /// <summary>One file of random bytes; where it is there already, only its first bytes are new.</summary>
    public static void WriteLarge(string folder, long bytes)
    {
        WriteTransfer(folder);
        using var file = new FileStream(Path.Combine(folder, "large.bin"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[1 << 20];
        var missing = file.Length != bytes;
        for (var written = 0L; written < (missing ? bytes : 1); written += buffer.Length)
        {
            Random.Shared.NextBytes(buffer);
            file.Write(buffer);
        }
    }

    /// <summary>Many files of about 2 KB in folders of a hundred.</summary>
    public static void WriteMany(string folder, int files)
    {
        WriteTransfer(folder);
        WriteFiles(folder, files, 2_000);
    }

    private static void WriteTransfer(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), TransferDockerfile);
        File.WriteAllText(Path.Combine(folder, "mark"), Guid.NewGuid().ToString("n"));
    }

    private static void WriteFiles(string folder, int files, int bytes)
    {
        var mark = Guid.NewGuid().ToString("n");
        for (var i = 0; i < files; i++)
        {
            var parent = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"d{i / 100}"));
            if (i % 100 == 0)
            {
                Directory.CreateDirectory(parent);
            }

            File.WriteAllBytes(Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"f{i}.txt")), Encoding.ASCII.GetBytes($"{mark} {i}".PadRight(bytes, 'x')));
        }
    }
}
