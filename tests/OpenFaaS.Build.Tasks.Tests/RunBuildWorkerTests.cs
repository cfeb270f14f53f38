using System.Diagnostics;
using Microsoft.Build.Framework;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tasks.Tests;

/// <summary>The task with shell scripts in the place of <c>dotnet</c>: stand-ins that behave as a worker may.</summary>
[TestClass]
public sealed class RunBuildWorkerTests(TestContext context)
{
    private readonly RecordingEngine engine = new();

    private string ResultFile => Path.Combine(context.Folder(), "obj dir", "fn.result.json");

    [TestMethod]
    public void Execute_Result_BecomesPropertiesAndItems()
    {
        const string manifest = """{"a": "50% (half); 'x' $(y) @(z) *?"}""";
        var response = ProtocolJson.Write(new BuildResponse
        {
            Properties = new Dictionary<string, string> { ["GeneratedContainerDigest"] = "sha256:1", ["GeneratedContainerManifest"] = manifest },
            Containers = [new RequestItem("r.example/fn@sha256:1", new Dictionary<string, string> { ["Manifest"] = manifest, ["Tags"] = "1.0;latest" }), new RequestItem("/out/50%41 (1);*.tar")],
        });
        File.WriteAllBytes(Path.Combine(context.Folder(), "response"), response);

        var task = Execute("cp response \"$6\"");

        Assert.IsEmpty(engine.Errors);
        Assert.AreEqual("sha256:1", task.GeneratedContainerDigest);
        Assert.AreEqual(manifest, task.GeneratedContainerManifest);
        Assert.AreEqual("", task.GeneratedArchiveOutputPath);
        Assert.AreEqual("r.example/fn@sha256:1", task.GeneratedContainer[0].ItemSpec);
        Assert.AreEqual(manifest, task.GeneratedContainer[0].GetMetadata("Manifest"));
        Assert.AreEqual("1.0;latest", task.GeneratedContainer[0].GetMetadata("Tags"));
        Assert.AreEqual("/out/50%41 (1);*.tar", task.GeneratedContainer[1].ItemSpec);
    }

    [TestMethod]
    public void Execute_Arguments_ArriveAsGiven()
    {
        Execute("printf '%s\\n' \"$0\" \"$@\" > arguments", expectSuccess: false, request: """/a "b"\ c\\/$HOME/*""");

        Assert.AreSequenceEqual(
            ["exec", "/worker dir/worker.dll", "build", "--request", """/a "b"\ c\\/$HOME/*""", "--result", ResultFile, "--until-stdin-closes"],
            File.ReadAllLines(Path.Combine(context.Folder(), "arguments")));
    }

    [TestMethod]
    [DataRow("/bin/false")]
    [DataRow("/no/such/worker")]
    public void Execute_NativeWorkerThatCannotRun_ThePortableOneDoes(string native)
    {
        var task = Create(Script("""echo 'L|portable'; echo '{"properties":{"GeneratedContainerDigest":"sha256:1"},"containers":[]}' > "$6" """));
        task.NativeWorker = native;

        Assert.IsTrue(task.Execute());
        Assert.AreEqual("sha256:1", task.GeneratedContainerDigest);
        Assert.Contains(message => message.Message!.StartsWith("The native worker does not take this build", StringComparison.Ordinal), engine.Messages);
    }

    [TestMethod]
    [DataRow("worker: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.99' not found (required by worker)")]
    [DataRow("worker: error while loading shared libraries: libz.so.9: cannot open shared object file: No such file or directory")]
    public void Execute_NativeWorkerThatTheLoaderRefuses_IsNoError(string said)
    {
        var task = Create(Script("""echo 'L|portable'; echo '{"properties":{},"containers":[]}' > "$6" """));
        File.WriteAllText(Path.Combine(context.Folder(), "build"), $"cat >&2 <<'END'\n{said}\nEND\nexit 127\n");
        task.NativeWorker = "/bin/sh";

        Assert.IsTrue(task.Execute());
        Assert.IsEmpty(engine.Errors);
        Assert.Contains(message => message.Message!.Contains(said, StringComparison.Ordinal), engine.Messages);
    }

    [TestMethod]
    public void Execute_NativeWorkerThatFailsAfterItsFirstLine_IsNotRunAgain()
    {
        var task = Create(Script("echo 'L|portable'"));
        File.WriteAllText(Path.Combine(context.Folder(), "build"), "echo 'L|native'; exit 3\n");
        task.NativeWorker = "/bin/sh";

        Assert.IsFalse(task.Execute());
        Assert.AreEqual("OFB9002", engine.Errors.Single().Code);
        Assert.DoesNotContain(message => message.Message == "portable", engine.Messages);
    }

    [TestMethod]
    [DataRow("H|high", MessageImportance.High, "high")]
    [DataRow("N|normal", MessageImportance.Normal, "normal")]
    [DataRow("L|low", MessageImportance.Low, "low")]
    [DataRow("H|a.cs(1): error OFB1001: only said", MessageImportance.High, "a.cs(1): error OFB1001: only said")]
    [DataRow("H|{0} {", MessageImportance.High, "{0} {")]
    [DataRow("anything else", MessageImportance.Low, "anything else")]
    public void Execute_Line_IsAMessageOfItsImportance(string line, MessageImportance importance, string text)
    {
        Execute($"cat <<'END'\n{line}\nEND\necho '{{\"properties\":{{}},\"containers\":[]}}' > \"$6\"");

        Assert.Contains(message => message.Importance == importance && message.Message == text, engine.Messages);
    }

    [TestMethod]
    [DataRow("stack.yml(3,5): error OFB1001: wrong", "stack.yml", 3, 5)]
    [DataRow("/a b/Dockerfile(12): error OFB1001: wrong", "/a b/Dockerfile", 12, 0)]
    [DataRow("/odd: name (1)/x.csproj: error OFB1001: wrong", "/odd: name (1)/x.csproj", 0, 0)]
    [DataRow("OpenFaaS.Build.Sdk : error OFB1001: wrong", "OpenFaaS.Build.Sdk", 0, 0)]
    public void Execute_CanonicalError_HasCodeAndPlace(string line, string file, int row, int column)
    {
        Execute($"cat <<'END'\n{line}\nEND\nexit 1", expectSuccess: false);

        var error = engine.Errors.Single();
        Assert.AreEqual("OFB1001", error.Code);
        Assert.AreEqual("wrong", error.Message);
        Assert.AreEqual((file, row, column), (error.File, error.LineNumber, error.ColumnNumber));
    }

    [TestMethod]
    public void Execute_CanonicalWarning_IsNoError()
    {
        Execute("echo 'x.csproj: warning OFB1009: careful {0}'; echo '{\"properties\":{},\"containers\":[]}' > \"$6\"");

        Assert.AreEqual("careful {0}", engine.Warnings.Single().Message);
        Assert.AreEqual("OFB1009", engine.Warnings.Single().Code);
    }

    [TestMethod]
    [DataRow("echo 'You must install .NET' >&2; exit 150", "150", "You must install .NET")]
    [DataRow("kill -9 $$", "137", "printed nothing")]
    [DataRow("exit 0", "0", "result cannot be read")]
    [DataRow("echo '{\"properties\":' > \"$6\"", "0", "result cannot be read")]
    [DataRow("echo '<xml/>' > \"$6\"", "0", "result cannot be read")]
    public void Execute_SilentDeath_IsACodedError(string script, string exitCode, string words)
    {
        Execute(script, expectSuccess: false);

        var error = engine.Errors.Single();
        Assert.AreEqual("OFB9002", error.Code);
        Assert.Contains("exit code " + exitCode, error.Message!);
        Assert.Contains(words, error.Message!);
    }

    [TestMethod]
    public void Execute_ErrorAndExitCodeZero_Fails()
    {
        Execute("echo 'x: error OFB1001: wrong'; echo '{\"properties\":{},\"containers\":[]}' > \"$6\"", expectSuccess: false);

        Assert.AreEqual("OFB1001", engine.Errors.Single().Code);
    }

    [TestMethod]
    public void Execute_HostIsMissing_IsACodedError()
    {
        Script("");
        var task = Create("/no/such/dotnet");

        Assert.IsFalse(task.Execute());

        Assert.AreEqual("OFB9002", engine.Errors.Single().Code);
        Assert.Contains("/no/such/dotnet", engine.Errors.Single().Message!);
    }

    [TestMethod]
    public void Execute_ResultOfAnEarlierRun_IsNotTakenForThisOne()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ResultFile)!);
        File.WriteAllText(ResultFile, """{"properties":{"GeneratedContainerDigest":"sha256:old"},"containers":[]}""");

        var task = Execute("exit 0", expectSuccess: false);

        Assert.AreEqual("", task.GeneratedContainerDigest);
    }

    [TestMethod]
    public void Execute_ChildKeepsThePipe_EndsAllTheSame()
    {
        // A process that the worker leaves behind holds standard output for as long as it lives.
        Execute("sleep 600 & echo $! > child; echo '{\"properties\":{},\"containers\":[]}' > \"$6\"");

        Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(context.Folder(), "child")))).Kill();
    }

    [TestMethod]
    public async Task Cancel_WorkerThatListens_StopsByItself()
    {
        var task = Create(Script("echo 'H|started'; cat; touch tidied; exit 130"));
        task.GracePeriod = TimeSpan.FromMinutes(10);

        var run = Task.Run(task.Execute, context.CancellationToken);
        await StartedAsync(run);
        task.Cancel();

        Assert.IsFalse(await run);
        Assert.AreEqual("OFB9003", engine.Errors.Single().Code);
        Assert.IsTrue(File.Exists(Path.Combine(context.Folder(), "tidied")));
    }

    [TestMethod]
    public async Task Cancel_WorkerThatDoesNot_IsKilledWithItsChildren()
    {
        var task = Create(Script("sleep 600 & echo $! > child; echo 'H|started'; wait"));
        task.GracePeriod = TimeSpan.Zero;

        var run = Task.Run(task.Execute, context.CancellationToken);
        await StartedAsync(run);
        task.Cancel();

        Assert.IsFalse(await run);
        Assert.AreEqual("OFB9003", engine.Errors.Single().Code);
        var child = int.Parse(await File.ReadAllTextAsync(Path.Combine(context.Folder(), "child"), context.CancellationToken));
        Assert.IsTrue(HasEnded(child));
    }

    [TestMethod]
    public void Cancel_BeforeTheWorkerStarts_EndsIt()
    {
        var task = Create(Script("cat; exit 130"));

        task.Cancel();

        Assert.IsFalse(task.Execute());
        Assert.AreEqual("OFB9003", engine.Errors.Single().Code);
    }

    // A process without a parent that waits for it stays a zombie until init takes it.
    private static bool HasEnded(int id) =>
        !File.Exists($"/proc/{id}/stat") || File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].StartsWith('Z');

    private async Task StartedAsync(Task run)
    {
        while (!engine.Messages.Any(message => message.Message == "started"))
        {
            Assert.IsFalse(run.IsCompleted, "The stand-in did not start.");
            await Task.Delay(10, context.CancellationToken);
        }
    }

    private RunBuildWorker Execute(string script, bool expectSuccess = true, string request = "/request.json")
    {
        var task = Create(Script(script), request);
        Assert.AreEqual(expectSuccess, task.Execute(), string.Join('\n', engine.Errors.Select(error => error.Message)));
        return task;
    }

    // The shell takes the task's first argument, exec, for the name of the script: no file that was just written has to be executable.
    private string Script(string body)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ResultFile)!);
        File.WriteAllText(Path.Combine(context.Folder(), "exec"), body + "\n");
        return "/bin/sh";
    }

    private RunBuildWorker Create(string host, string request = "/request.json") => new()
    {
        BuildEngine = engine,
        DotNetHost = host,
        WorkerAssembly = "/worker dir/worker.dll",
        WorkingDirectory = context.Folder(),
        Project = "/src/fn.csproj",
        RequestFile = request,
        ResultFile = ResultFile,
    };
}
