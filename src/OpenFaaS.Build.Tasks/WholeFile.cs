using System;
using System.IO;
using System.Linq;

namespace OpenFaaS.Build.Tasks;

/// <summary>Files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Replaces the file unless it holds <paramref name="content"/> already; true if it was written.</summary>
    public static bool WriteIfDifferent(string path, byte[] content)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length == content.Length && Enumerable.SequenceEqual(File.ReadAllBytes(path), content))
        {
            return false;
        }

        Directory.CreateDirectory(file.DirectoryName!);
        var temporary = Path.Combine(file.DirectoryName!, "." + file.Name + "." + Guid.NewGuid().ToString("N") + ".tmp");
        try
        {
            File.WriteAllBytes(temporary, content);
            if (file.Exists)
            {
                File.Replace(temporary, path, destinationBackupFileName: null);
            }
            else
            {
                File.Move(temporary, path);
            }
        }
        finally
        {
            File.Delete(temporary);
        }

        return true;
    }
}
