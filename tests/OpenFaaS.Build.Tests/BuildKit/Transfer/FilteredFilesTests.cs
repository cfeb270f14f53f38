using System.Globalization;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

[TestClass]
public sealed class FilteredFilesTests(TestContext context)
{
    private static readonly FileSet Tree = TransferSample.Files("a/b/c", "a/b/d.md", "a/e.md", "f", "g/h", "node_modules/m/index.js", "x.md");

    [TestMethod]
    [DataRow("", "", "a a/b a/b/c a/b/d.md a/e.md f g g/h node_modules node_modules/m node_modules/m/index.js x.md")]
    [DataRow("a/b", "", "a a/b a/b/c a/b/d.md")]
    [DataRow("**/c f", "", "a a/b a/b/c f")]
    [DataRow("f nothing", "", "f")]
    [DataRow("nothing", "", "")]
    [DataRow("*.md", "", "x.md")]
    [DataRow("**/*.md", "", "a a/b a/b/d.md a/e.md x.md")]
    [DataRow("a !a/b", "", "a a/e.md")]
    [DataRow("", "a g node_modules", "f x.md")]
    [DataRow("", "* !a/b/c", "a a/b a/b/c")]
    [DataRow("", "** !g", "g g/h")]
    [DataRow("", "node_modules !node_modules/m/*.js a **/*.md", "f g g/h node_modules node_modules/m node_modules/m/index.js")]
    [DataRow("", "a/** g/**", "a f g node_modules node_modules/m node_modules/m/index.js x.md")]
    [DataRow("a x.md", "**/*.md", "a a/b a/b/c")]
    [DataRow("a/e.md", "a", "")]
    [DataRow("", "a/*.md !a", "a a/b a/b/c a/b/d.md f g g/h node_modules node_modules/m node_modules/m/index.js x.md")]
    public void Select_Patterns_HaveTheMeaningOfBuildKit(string include, string exclude, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', Select(new FileRequest(Split(include), Split(exclude), []))));

    [TestMethod]
    public void Select_RandomTreesWithoutExceptions_AreFilteredAsByTheIgnoreFile()
    {
        string[] patterns = ["a", "b/**", "**/a-b", "**/*0", "*/a.b", "zz?", "**/B/*", "a/**/zz"];
        foreach (var seed in Enumerable.Range(0, 25))
        {
            var files = TransferSample.Random(seed);
            var chosen = patterns.Where((_, index) => ((seed + 1) * 37 >> index & 1) == 1).ToArray();
            var ignore = DockerIgnore.Parse(string.Join('\n', chosen), ".dockerignore");

            var kept = FilteredFiles.Select(files, new FileRequest([], chosen, []), context.CancellationToken).Select(entry => entry.Path).ToHashSet();

            Assert.IsTrue(files.All(entry => kept.Contains(entry.Path) == !ignore.Matches(entry.Path) || IsWay(kept, entry)), $"seed {seed}");
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void Select_ManyFilesAndPatterns_TakesLinearTime()
    {
        var files = TransferSample.Files([.. Enumerable.Range(0, 20_000).Select(number => $"src/d{number % 100}/f{number}.txt")]);
        string[] patterns = [.. Enumerable.Range(0, 400).Select(number => (number % 4) switch { 0 => $"out{number}", 1 => $"**/*.x{number}", 2 => $"**/n{number}", _ => $"!keep{number}/**" })];

        Assert.HasCount(files.Count, FilteredFiles.Select(files, new FileRequest([], patterns, []), context.CancellationToken));
    }

    [TestMethod]
    public void Select_TooManyPatterns_IsAProtocolError()
    {
        var request = new FileRequest([], [.. Enumerable.Range(0, 20_001).Select(number => number.ToString(CultureInfo.InvariantCulture))], []);

        Assert.AreEqual("OFB5201", Assert.ThrowsExactly<DiagnosticException>(() => Select(request).Count()).Diagnostics[0].Descriptor.Code);
    }

    private static bool IsWay(HashSet<string> kept, ContextEntry entry) => entry.Kind == EntryKind.Directory && kept.Any(path => PathNames.IsBelow(path, entry.Path));

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private IEnumerable<string> Select(FileRequest request) => FilteredFiles.Select(Tree, request, context.CancellationToken).Select(entry => entry.Path);
}
