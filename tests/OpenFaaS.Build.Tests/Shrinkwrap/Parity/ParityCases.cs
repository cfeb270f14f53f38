namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>Rows of the measured behaviour of faas-cli that the SDK shares: one small stack each.</summary>
internal static class ParityCases
{
    /// <summary>Stacks of which both make the same context.</summary>
    public static IReadOnlyDictionary<string, Action<ParityStack>> Same { get; } = new Dictionary<string, Action<ParityStack>>(StringComparer.Ordinal)
    {
        ["2.1 the handler folder is 'function' by default"] = static stack => stack.Write("template/t/function/sample.js", "1"),
        ["2.1 a handler folder of one level"] = static stack => Describe(stack, "handler_folder: src\n"),
        ["2.1 a nested handler folder"] = static stack => Describe(stack, "handler_folder: src/app\n").Write("template/t/src/main.go", "1").Write("template/t/src/app/sample.go", "1"),
        ["2.1 a quoted handler folder"] = static stack => Describe(stack, "handler_folder: \"src/app\"\n"),
        ["2.1 a handler folder with dots and slashes"] = static stack => Describe(stack, "handler_folder: ./src//app/\n"),
        ["2.1 a handler folder after an alias"] = static stack => Describe(stack, "language: &name go\nfprocess: *name\nhandler_folder: src/app\n"),
        ["2.1 only the first document counts"] = static stack => Describe(stack, "handler_folder: src\n---\nhandler_folder: other\n"),
        ["2.1 an empty handler folder is 'function'"] = static stack => Describe(stack, "handler_folder: \"\"\n"),
        ["2.1 unknown keys are left alone"] = static stack => Describe(stack, "unknown: {a: [1, 2]}\nlanguage: other\nfprocess: node index.js\n"),
        ["2.1 build options do not change the context"] = static stack => Describe(stack, "build_options:\n  - name: dev\n    packages: [make, gcc]\n"),
        ["2.2 a template's name keeps its case"] = static stack => Template(stack, "Node").Functions[0] = new ParityFunction("fn", "Node", "./h"),
        ["2.2 a template with a reference in its name"] = static stack => Template(stack, "node@1.2.3").Functions[0] = new ParityFunction("fn", "node@1.2.3", "./h"),
        ["2.3 dockerfile: the handler is the context, copies lie at its root"] = static stack =>
            Dockerfile(stack).Write("common/nested/a.txt", "1").Copies.Add("common"),
        ["2.5 mount_ssh does not change the context"] = static stack => Describe(stack, "mount_ssh: true\n"),
        ["3.2 what an earlier context held is gone, other folders stay"] = static stack => stack.Add("other", "t", "./h"),
        ["3.4 everything of the template is copied"] = static stack => stack
            .Write("template/t/.npmrc", "1").Write("template/t/build/a", "1").Write("template/t/template/b", "1").Folder("template/t/empty").Write("template/t/.dockerignore", "h\n"),
        ["3.5 build and template of the handler are left out as folders"] = static stack => stack.Write("h/build/a", "1").Write("h/template/b", "1"),
        ["3.5 build and template of the handler are left out as files"] = static stack => stack.Write("h/build", "1").Write("h/template", "1"),
        ["3.5 nested ones and other spellings are kept"] = static stack => stack.Write("h/x/build/a", "1").Write("h/x/template/b", "1").Write("h/Build/c", "1").Write("h/builds/d", "1"),
        ["3.6 extra files and folders lie at the path as written"] = static stack => Copies(stack, "common", "lib/one.txt"),
        ["3.6 extra paths are cleaned"] = static stack => Copies(stack, "./common/", "lib/../lib/one.txt", "lib//two.txt"),
        ["3.6 a path written in two ways is one"] = static stack => Copies(stack, "common", "./common"),
        ["3.6 the template folder may be copied"] = static stack => Copies(stack, "template"),
        ["3 x-bits of user, group and others count"] = static stack => stack.Write("h/u", "1", "744").Write("h/g", "1", "654").Write("h/o", "1", "645").Write("h/n", "1", "666"),
        ["3 the handler wins over the template, extra files over both"] = static stack => Copies(stack, "common").Write("template/t/function/handler.sh", "sample")
            .Write("template/t/function/common/run.sh", "sample").Write("h/common/run.sh", "handler").Write("h/common/stays.txt", "1"),
        ["3 the winner's x-bit counts"] = static stack => stack.Write("template/t/function/handler.sh", "1", "755").Write("template/t/function/b", "1").Write("h/b", "1", "755"),
        ["3 sample files that the user has deleted come back"] = static stack => stack.Write("template/t/function/deleted.txt", "1").Write("template/t/function/gone/deleted.txt", "1"),
        ["3 a read-only file of the template is replaced"] = static stack => stack.Write("template/t/function/a.txt", "sample", "644").Write("h/a.txt", "mine", "444"),
        ["3 .gitignore is not read, nor is .git left out of a handler folder"] = static stack => stack
            .Write("h/.gitignore", "*\n").Write("h/.git/HEAD", "1").Write("h/.env", "1").Write("h/node_modules/m.js", "1").Write("h/bin/b", "1").Write("h/obj/o", "1"),
        ["3 links within a folder lead to the same files"] = static stack => stack.Write("h/real/a.txt", "1", "755").Link("h/a", "real/a.txt").Link("h/folder", "real"),
        ["3 a handler outside the stack's folder"] = static stack => stack.Write("../elsewhere/handler.sh", "1").Functions[0] = new ParityFunction("fn", "t", "../elsewhere"),
        ["3 a handler in a nested folder"] = static stack => stack.Write("a/b/c/handler.sh", "1").Functions[0] = new ParityFunction("fn", "t", "a/b/./c/"),
        ["3 two functions with one handler and two templates"] = static stack => Template(stack, "u").Add("second", "u", "./h"),
    };

    /// <summary>Stacks that both refuse, with the SDK's code.</summary>
    public static IReadOnlyDictionary<string, (string Code, Action<ParityStack> Arrange)> Refused { get; } =
        new Dictionary<string, (string, Action<ParityStack>)>(StringComparer.Ordinal)
        {
            ["2.1 template.yml is no YAML"] = ("OFB6003", static stack => Describe(stack, "handler_folder: [\n")),
            ["2.2 there is no such template"] = ("OFB6001", static stack => stack.Functions[0] = new ParityFunction("fn", "none", "./h")),
            ["2.2 a template's name in another case"] = ("OFB6001", static stack => stack.Functions[0] = new ParityFunction("fn", "T", "./h")),
            ["2.2 the template's folder is a link"] = ("OFB6006", static stack =>
                stack.Link("template/linked", "t").Functions[0] = new ParityFunction("fn", "linked", "./h")),
            ["3.1 there is no handler"] = ("OFB1006", static stack => stack.Functions[0] = new ParityFunction("fn", "t", "./none")),
            ["3.1 the handler is a file"] = ("OFB1006", static stack => stack.Functions[0] = new ParityFunction("fn", "t", "./h/handler.sh")),
            ["3 a file over a folder"] = ("OFB4008", static stack => stack.Write("template/t/function/x/y", "1").Write("h/x", "1")),
            ["3 a folder over a file"] = ("OFB4008", static stack => stack.Write("template/t/function/x", "1").Write("h/x/y", "1")),
            ["3.6 there is nothing to copy"] = ("OFB1012", static stack => stack.Copies.Add("none")),
            ["3.6 the whole project is not copied"] = ("OFB1002", static stack => stack.Copies.Add(".")),
            ["3.6 a folder beside the project is not copied"] = ("OFB1002", static stack => stack.Write("../other/a", "1").Copies.Add("../other")),
            ["3.6 a file outside is not copied"] = ("OFB1002", static stack => stack.Copies.Add("/etc/hostname")),
        };

    /// <summary>The stack that a row starts from: one function <c>fn</c> in <c>h</c>, one template <c>t</c>.</summary>
    public static ParityStack Stack(string root) =>
        Template(new ParityStack(root), "t").Write("h/handler.sh", "#!/bin/sh\n", "755").Add("fn", "t", "./h");

    /// <summary>Makes the function one that brings its own Dockerfile.</summary>
    public static ParityStack Dockerfile(ParityStack stack)
    {
        stack.Functions[0] = new ParityFunction("fn", "dockerfile", "./h");
        return stack.Write("template/dockerfile/template.yml", "language: dockerfile\n").Write("template/dockerfile/function/Dockerfile", "FROM sample\n")
            .Write("h/Dockerfile", "FROM scratch\n");
    }

    private static ParityStack Template(ParityStack stack, string name) =>
        stack.Write($"template/{name}/Dockerfile", "FROM scratch\n").Write($"template/{name}/template.yml", "language: any\n").Write($"template/{name}/index.js", name);

    private static ParityStack Describe(ParityStack stack, string text) => stack.Write("template/t/template.yml", text);

    private static ParityStack Copies(ParityStack stack, params string[] paths)
    {
        stack.Copies.AddRange(paths);
        return stack.Write("common/run.sh", "common", "755").Folder("common/empty").Write("lib/one.txt", "1").Write("lib/two.txt", "2");
    }
}
