namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>A folder <c>victim</c> beside a stack, with one file that nothing may change, delete or copy.</summary>
internal static class Canary
{
    public const string Text = "canary-7f3c";

    public static ParityStack Place(ParityStack stack) => stack.Write("../victim/secret.txt", Text);

    public static void AssertLives(ParityStack stack) => Assert.AreEqual(
        $"secret.txt={Text}",
        string.Join(';', Directory.GetFileSystemEntries(stack.Full("../victim")).Select(path => $"{Path.GetFileName(path)}={File.ReadAllText(path)}")));

    /// <summary>No file of a folder holds the text; links are not entered.</summary>
    public static void AssertNotIn(string folder)
    {
        var entries = new DirectoryInfo(folder).GetFileSystemInfos().Where(entry => entry.LinkTarget is null).ToList();
        foreach (var file in entries.OfType<FileInfo>())
        {
            Assert.DoesNotContain(Text, File.ReadAllText(file.FullName));
        }

        foreach (var nested in entries.OfType<DirectoryInfo>())
        {
            AssertNotIn(nested.FullName);
        }
    }
}
