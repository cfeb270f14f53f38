using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Benchmarks;

/// <summary>A folder like a function's: two thousand small text files and three large ones that compress badly. The same on every run.</summary>
internal sealed class GeneratedTree : IDisposable
{
    private const int SmallFiles = 2000;
    private const int LargeFiles = 3;
    private const int LargeSize = 8 << 20;

    public GeneratedTree()
    {
        Folder = Directory.CreateTempSubdirectory("ofbbench").FullName;
        Work = Directory.CreateTempSubdirectory("ofbbenchwork").FullName;
        var random = new Random(1);
        for (var i = 0; i < SmallFiles; i++)
        {
            var folder = Path.Combine(Folder, $"module{i % 40}", $"part{i % 7}");
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"source-file-{i}.txt"), Text(random, random.Next(200, 6000)));
        }

        for (var i = 0; i < LargeFiles; i++)
        {
            var content = new byte[LargeSize];
            random.NextBytes(content.AsSpan(0, LargeSize / 2));
            File.WriteAllBytes(Path.Combine(Folder, $"library{i}.bin"), content);
        }

        Files = new FileSet(DirectoryScanner.Scan(Folder, new ScanOptions(), new NoLog()));
    }

    /// <summary>The tree.</summary>
    public string Folder { get; }

    /// <summary>A folder for results.</summary>
    public string Work { get; }

    /// <summary>The tree's entries.</summary>
    public FileSet Files { get; }

    /// <summary>Where an entry is on disk.</summary>
    public string PathOf(ContextEntry entry) => Path.Combine(Folder, entry.Path);

    /// <summary>Removes the results of an iteration, so that the disk does not fill.</summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Work))
        {
            File.Delete(file);
        }
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        Directory.Delete(Work, recursive: true);
    }

    private static string Text(Random random, int length)
    {
        var text = new StringBuilder(length + 16);
        while (text.Length < length)
        {
            text.Append((char)random.Next('a', 'j'), random.Next(1, 4)).Append(random.Next(8) == 0 ? '\n' : ' ');
        }

        return text.ToString();
    }

    private sealed class NoLog : IBuildLog
    {
        public void Report(Diagnostic diagnostic)
        {
        }

        public void Message(MessageImportance importance, string text)
        {
        }

        public void Command(string text)
        {
        }
    }
}
