using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>Build contexts. Nothing in them equals what another call wrote, so that a daemon has seen none of it.</summary>
internal static class ContextFolder
{
    private const string Dockerfile = "FROM scratch\nCOPY . /app/\n";

    /// <summary>A function of ten small files.</summary>
    public static void WriteSmall(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), Dockerfile);
        WriteFiles(folder, 10, 2_000);
    }

    /// <summary>One file of random bytes.</summary>
    public static void WriteLarge(string folder, long bytes)
    {
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), Dockerfile);
        using var file = new FileStream(Path.Combine(folder, "large.bin"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[1 << 20];
        for (var written = 0L; written < bytes; written += buffer.Length)
        {
            Random.Shared.NextBytes(buffer);
            file.Write(buffer);
        }
    }

    /// <summary>Many files of about 2 KB in folders of a hundred.</summary>
    public static void WriteMany(string folder, int files)
    {
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), Dockerfile);
        WriteFiles(folder, files, 2_000);
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
