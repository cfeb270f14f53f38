namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>The files of <c>samples</c>.</summary>
internal static class SampleFiles
{
    /// <summary>Copies a folder below <c>samples</c>, without what a build has left at its top level; files that exist are kept.</summary>
    public static void Copy(string sample, string target)
    {
        var source = Path.Combine(Sdk.Tests.Repository.Root, "samples", sample);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            var copy = Path.Combine(target, relative);
            if (relative.Split('/')[0] is not ("bin" or "obj") && !File.Exists(copy))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
