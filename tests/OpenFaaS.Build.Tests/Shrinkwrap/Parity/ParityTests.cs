using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>The context of every template equals that of <c>faas-cli build --shrinkwrap</c>: paths, x-bits and contents, apart from <see cref="DocumentedDifferences"/>.</summary>
[TestClass]
public sealed class ParityTests(TestContext context)
{
    private const string Name = "parity";
    private const string HandlerRules = "# of the handler\n*.secret\nnode_modules\n";

    public static IEnumerable<object[]> Templates => ParityTemplates.Names;

    [TestMethod]
    [DynamicData(nameof(Templates))]
    public async Task Shrinkwrap_Template_EqualsFaasCli(string template)
    {
        var stack = Stack(template);

        var expected = FolderListing.Of(Path.Combine(await FaasCli.ShrinkwrapAsync(stack, context.CancellationToken), Name));
        var log = new RecordingLog();
        var actual = FolderListing.Of(Path.Combine(await ProductShrinkwrap.ShrinkwrapAsync(stack, log, context.CancellationToken), Name));

        Assert.IsGreaterThan(30, expected.Count, "faas-cli has copied too little for a comparison.");
        Assert.AreEqual(FolderListing.Text(DocumentedDifferences.Apply(expected, template)), FolderListing.Text(actual));
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    [DynamicData(nameof(Templates))]
    public async Task Shrinkwrap_TemplateWithIgnoreFilesOn_EqualsFaasCliLessWhatTheyName(string template)
    {
        var stack = Stack(template);

        var folder = Path.Combine(await FaasCli.ShrinkwrapAsync(stack, context.CancellationToken), Name);
        var actual = FolderListing.Of(
            Path.Combine(await ProductShrinkwrap.ShrinkwrapAsync(stack, new RecordingLog(), context.CancellationToken, ("FunctionIgnoreFile", "true")), Name));

        var expected = DocumentedDifferences.Apply(FolderListing.Of(folder), template);
        var handler = HandlerFolder(template, stack);
        expected = DocumentedDifferences.Ignore(expected, HandlerRules, handler.Length == 0 ? "" : handler + "/");
        if (handler.Length > 0 && File.Exists(Path.Combine(folder, ".dockerignore")))
        {
            expected = DocumentedDifferences.Ignore(expected, await File.ReadAllTextAsync(Path.Combine(folder, ".dockerignore"), context.CancellationToken), "");
        }

        var text = FolderListing.Text(expected);
        Assert.DoesNotContain("a.secret", text);
        Assert.AreEqual(text, FolderListing.Text(actual));
    }

    private ParityStack Stack(string template)
    {
        var stack = new ParityStack(Path.Combine(context.Folder(), "stack"));
        ParityTemplates.Install(template, stack);
        stack.Add(Name, template, "./src/handler").Copies.AddRange(["common", "./shared/lib/one.txt", "a/../trailing/", "template/" + template]);
        WriteHandler(stack, template);
        stack.Write("common/run.sh", "#!/bin/sh\n", "755").Write("common/nested/data.bin", "\0\u0001").Folder("common/empty")
            .Write("shared/lib/one.txt", "1").Write("shared/lib/two.txt", "not copied").Write("trailing/slash.txt", "1");
        return stack;
    }

    private static void WriteHandler(ParityStack stack, string template)
    {
        const string at = "src/handler/";
        stack.Write(at + "run.sh", "#!/bin/sh\n", "755").Write(at + "group-only.sh", "#!/bin/sh\n", "674").Write(at + "read-only.txt", "1", "444")
            .Write(at + "private.txt", "1", "600").Write(at + "empty.txt").Write(at + "ünï cödé.txt", "1").Write(at + "-option", "1")
            .Write(at + ".hidden", "1").Write(at + ".git/HEAD", "ref: refs/heads/main\n").Write(at + ".env", "A=1").Write(at + "meta.json", "{}")
            .Write(at + "node_modules/m/index.js", "1").Write(at + "bin/tool", "1", "755").Write(at + "obj/x.json", "{}").Folder(at + "empty/deeper")
            .Write(at + "nested/deep/file.txt", "1").Write(at + "nested/build/kept.txt", "1").Write(at + "nested/template/kept.txt", "1")
            .Write(at + "build/left-out.txt", "1").Write(at + "template", "left out")
            .Write(at + ".dockerignore", HandlerRules).Write(at + "a.secret", "1").Write(at + "nested/b.secret", "kept: the rule has no **")
            .Link(at + "link.txt", "nested/deep/file.txt").Link(at + "linked", "nested");
        if (template == "dockerfile")
        {
            stack.Write(at + "Dockerfile", "FROM scratch\nCOPY . .\n");
        }

        // The sample's first file is the user's own now; its others stay.
        var sample = stack.Full($"template/{template}/{HandlerFolder(template, stack)}");
        if (template != "dockerfile" && Directory.Exists(sample) && Directory.GetFiles(sample).Order(StringComparer.Ordinal).FirstOrDefault() is { } first)
        {
            stack.Write(at + Path.GetFileName(first), "the user's own", "755");
        }
    }

    private static string HandlerFolder(string template, ParityStack stack) => template switch
    {
        "dockerfile" => "",
        _ => File.ReadLines(stack.Full($"template/{template}/template.yml")).FirstOrDefault(line => line.StartsWith("handler_folder: ", StringComparison.Ordinal))?[16..].Trim() ?? "function",
    };
}
