namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>The templates that parity is held to: the official ones below the folder that <c>OPENFAAS_TEST_TEMPLATES</c> names, else our own of the same shapes.</summary>
internal static class ParityTemplates
{
    private static readonly Dictionary<string, Action<ParityStack, string>> Own = new(StringComparer.Ordinal)
    {
        ["plain"] = static (stack, at) => Base(stack, at).Write(at + "/index.js", "// entry").Write(at + "/function/handler.js", "// sample"),
        ["nested-handler"] = static (stack, at) => Base(stack, at, "handler_folder: src/app\n")
            .Write(at + "/src/main.go", "package main").Write(at + "/src/app/handler.go", "package app").Write(at + "/function/stays.txt", "1"),
        ["dockerfile"] = static (stack, at) => stack.Write(at + "/template.yml", "language: dockerfile\n").Write(at + "/function/Dockerfile", "FROM scratch\n"),
        ["executables"] = static (stack, at) => Base(stack, at)
            .Write(at + "/index.sh", "#!/bin/sh\n", "755").Write(at + "/function/handler.sh", "#!/bin/sh\n", "750").Write(at + "/read-only.txt", "1", "444"),
        ["pulled"] = static (stack, at) => Base(stack, at)
            .Write(at + "/meta.json", """{"repository":"https://user:token@git.example.com/t","sha":"1"}""").Write(at + "/function/meta.json", "{}"),
        ["nested-names"] = static (stack, at) => Base(stack, at)
            .Write(at + "/build/one.txt", "1").Write(at + "/template/two.txt", "2").Write(at + "/function/build/three.txt", "3").Write(at + "/function/template/four.txt", "4"),
        ["dot-files"] = static (stack, at) => Base(stack, at)
            .Write(at + "/.npmrc", "1").Write(at + "/.config/settings", "2").Folder(at + "/logs").Folder(at + "/function/empty/deeper").Write(at + "/function/.keep"),
        ["csharp-like"] = static (stack, at) => Base(stack, at, "fprocess: dotnet ./Root.dll\n")
            .Write(at + "/Root.csproj", "<Project/>").Write(at + "/Program.cs", "// program").Write(at + "/.dockerignore", "/**/bin/**\n/**/obj/**")
            .Write(at + "/function/Function.csproj", "<Project/>").Write(at + "/function/Handler.cs", "// sample").Write(at + "/function/static/index.html", "<p/>"),
        ["node-like"] = static (stack, at) => Base(stack, at).Write(at + "/.dockerignore", "*/node_modules\n").Write(at + "/index.js", "// entry")
            .Write(at + "/package.json", "{}").Write(at + "/function/handler.js", "// sample").Write(at + "/function/package.json", "{}"),
        ["python-like"] = static (stack, at) => Base(stack, at, "build_options:\n  - name: dev\n    packages:\n      - make\n").Write(at + "/index.py", "# entry")
            .Write(at + "/requirements.txt", "flask").Write(at + "/function/__init__.py").Write(at + "/function/handler.py", "# sample").Write(at + "/function/tox.ini", "1"),
        ["go-like"] = static (stack, at) => Base(stack, at).Write(at + "/.dockerignore", "\n").Write(at + "/go.mod", "module handler")
            .Write(at + "/main.go", "package main").Write(at + "/modules.sh", "#!/bin/sh\n", "755").Write(at + "/function/handler.go", "package function"),
        ["java-like"] = static (stack, at) => Base(stack, at).Write(at + "/gradlew", "#!/bin/sh\n", "755").Write(at + "/settings.gradle", "1")
            .Write(at + "/entrypoint/src/main/java/com/openfaas/entrypoint/App.java", "1").Write(at + "/function/gradlew", "#!/bin/sh\n", "755")
            .Write(at + "/function/src/main/java/com/openfaas/function/Handler.java", "1").Write(at + "/function/gradle/wrapper/wrapper.jar", "PK"),
        ["linked"] = static (stack, at) => Base(stack, at).Write(at + "/shared/lib.txt", "1").Link(at + "/lib.txt", "shared/lib.txt").Link(at + "/alias", "shared")
            .Link(at + "/function/lib.txt", "../shared/lib.txt"),
    };

    /// <summary>Rows for a test with one row a template.</summary>
    public static IEnumerable<object[]> Names =>
        (Official is { } folder ? Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)) : Own.Keys).Order(StringComparer.Ordinal).Select(name => new object[] { name });

    private static string? Official => Environment.GetEnvironmentVariable("OPENFAAS_TEST_TEMPLATES") is { Length: > 0 } folder ? folder : null;

    /// <summary>Puts a template into <c>template/&lt;name&gt;</c> of a stack.</summary>
    public static void Install(string name, ParityStack stack)
    {
        if (Official is { } folder)
        {
            FaasCliShrinkwrapStandIn.Copy(Path.Combine(folder, name), stack.Full("template/" + name));
        }
        else
        {
            Own[name](stack, "template/" + name);
        }
    }

    private static ParityStack Base(ParityStack stack, string at, string description = "") =>
        stack.Write(at + "/Dockerfile", "FROM scratch\nCOPY . .\n").Write(at + "/template.yml", $"language: any\nwelcome_message: |\n  Hello\n{description}");
}
