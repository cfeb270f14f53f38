using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class DockerfileParserTests
{
    [TestMethod]
    [DataRow("FROM a\nUSER x", "x")]
    [DataRow("from a\nuser x", "x")]
    [DataRow("\uFEFFFROM a\r\nUSER x\r\n", "x")]
    [DataRow("# comment\n\n  FROM a\n\t USER   x \t\n", "x")]
    [DataRow("FROM a\nUSER \\\n  x", "x")]
    [DataRow("FROM a\r\nUSER \\\r\n  x", "x")]
    [DataRow("FROM a\nUSER \\ \t\nx", "x")]
    [DataRow("FROM a\nUSER x\\\ny", "xy")]
    [DataRow("FROM a\nUSER x\\\n\\\n y", "x y")]
    [DataRow("FROM a\nUSER x\\\n# comment\n  # comment \\\n\n  \n y", "x y")]
    [DataRow("FROM a\nUSER x\\\\\n# comment", "x\\\\")]
    [DataRow("FROM a\n\\\nUSER x", "x")]
    [DataRow("FROM a\nUSER x\\", "x")]
    [DataRow("# escape=`\nFROM a\nUSER x`\ny\\", "xy\\")]
    [DataRow("#syntax = docker/dockerfile:1\n# ESCAPE = `  \r\nFROM `\na\nUSER x`\n", "x")]
    [DataRow("# comment\n# escape=`\nFROM a\nUSER x\\\ny`", "xy`")]
    [DataRow("\n# escape=`\nFROM a\nUSER x\\\ny", "xy")]
    [DataRow("# other=1\n# escape=`\nFROM a\nUSER x\\\ny", "xy")]
    [DataRow("# escape=\nFROM a\nUSER x\\\ny", "xy")]
    [DataRow("FROM a\nUSER x # no comment", "x # no comment")]
    public void Parse_Lines_AreJoinedAsBuildKitDoes(string text, string expected) =>
        Assert.AreEqual(expected, Only<UserInstruction>(text).User);

    [TestMethod]
    public void Parse_Instruction_KnowsItsLineAndText()
    {
        var document = DockerfileParser.Parse("# x\nFROM a\n\nENV A=1 \\\n  B=2\nUSER u", "Dockerfile");

        var instructions = document.Stages[0].Instructions;
        Assert.AreEqual((2, 4, 6), (document.Stages[0].From.Line, instructions[0].Line, instructions[1].Line));
        Assert.AreEqual("ENV A=1   B=2", instructions[0].Text);
    }

    [TestMethod]
    public void Parse_Stages_HoldWhatFollowsTheirFrom()
    {
        var document = DockerfileParser.Parse(
            "ARG V=1\nARG W\nFROM --platform=$BUILDPLATFORM x:$V as Build\nUSER a\nFROM build\nFROM scratch AS a-b_c.d\nUSER b\n", "Dockerfile");

        CollectionAssert.AreEqual(new[] { "V", "W" }, document.GlobalArguments.SelectMany(a => a.Arguments).Select(a => a.Key).ToArray());
        CollectionAssert.AreEqual(
            new[] { "0 x:$V build $BUILDPLATFORM 1", "1 build   0", "2 scratch a-b_c.d  1" },
            document.Stages.Select(s => $"{s.Index} {s.From.Base} {s.From.Alias} {s.From.Platform} {s.Instructions.Count}").ToArray());
    }

    [TestMethod]
    [DataRow("A=1", "A|1")]
    [DataRow("A=1 B=2", "A|1 B|2")]
    [DataRow("A=\"1 2\" B='3 4'", "A|\"1 2\" B|'3 4'")]
    [DataRow("A=1\\ 2 B=\\\"", "A|1\\ 2 B|\\\"")]
    [DataRow("A=\"x\\\"y\" B='x\\'", "A|\"x\\\"y\" B|'x\\'")]
    [DataRow("A=", "A|")]
    [DataRow("A=b=c", "A|b=c")]
    [DataRow("A b c", "A|b c")]
    [DataRow("A   b=c  d", "A|b=c  d")]
    [DataRow("A\tb", "A|b")]
    [DataRow("A \"b c\"", "A|\"b c\"")]
    [DataRow("a.b=\"${X}\"", "a.b|\"${X}\"")]
    [DataRow("A=\"open", "A|\"open")]
    public void Parse_EnvAndLabel_KeepQuotesAndEscapes(string arguments, string expected)
    {
        var env = Only<EnvInstruction>($"FROM a\nENV {arguments}").Pairs;
        var label = Only<LabelInstruction>($"FROM a\nLABEL {arguments}").Pairs;

        Assert.AreEqual(expected, string.Join(' ', env.Select(pair => $"{pair.Key}|{pair.Value}")));
        CollectionAssert.AreEqual(env.ToArray(), label.ToArray());
    }

    [TestMethod]
    [DataRow("A", "A|null")]
    [DataRow("A=", "A|")]
    [DataRow("A B=1 C=\"2 3\"", "A|null B|1 C|\"2 3\"")]
    [DataRow("--ignored A", "A|null")]
    public void Parse_Arg_HasNamesAndDefaults(string arguments, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', Only<ArgInstruction>($"FROM a\nARG {arguments}").Arguments.Select(a => $"{a.Key}|{a.Value ?? "null"}")));

    [TestMethod]
    [DataRow("[\"a\", \"b c\"]", "exec:a|b c")]
    [DataRow("[]", "exec:")]
    [DataRow("[\"\"]", "exec:")]
    [DataRow("[ \"\\u00e9\\n\" ]  ", "exec:é\n")]
    [DataRow("a  'b' \\c", "shell:a  'b' \\c")]
    [DataRow("", "shell:")]
    [DataRow("['a']", "shell:['a']")]
    [DataRow("[\"a\"", "shell:[\"a\"")]
    [DataRow("[\"a\",]", "shell:[\"a\",]")]
    [DataRow("[\"a\"] b", "shell:[\"a\"] b")]
    [DataRow("-- [\"a\"]", "exec:a")]
    public void Parse_Commands_AreExecFormOnlyAsValidJson(string arguments, string expected)
    {
        var command = Only<CmdInstruction>($"FROM a\nCMD {arguments}").Command;
        var entrypoint = Only<EntrypointInstruction>($"FROM a\nENTRYPOINT {arguments}").Command;

        Assert.AreEqual(expected, (command.IsShell ? "shell:" : "exec:") + string.Join('|', command.Words));
        Assert.AreEqual(command.IsShell, entrypoint.IsShell);
        CollectionAssert.AreEqual(command.Words.ToArray(), entrypoint.Words.ToArray());
    }

    [TestMethod]
    [DataRow("a b", "a|b", "")]
    [DataRow("a\tb   c/", "a|b|c/", "")]
    [DataRow("[\"a b\", \"/c\"]", "a b|/c", "")]
    [DataRow("--chown=1:2 --chmod=0755 --from=x a b", "a|b", "x 1:2 0755 False")]
    [DataRow("--link a b", "a|b", "   True")]
    [DataRow("--link=FALSE a b", "a|b", "   False")]
    [DataRow("--chown=\"a b\" x y", "x|y", " a b  False")]
    [DataRow("--chown=a\\ b x y", "x|y", " a b  False")]
    [DataRow("-- --a b", "--a|b", "")]
    [DataRow("--from= a b", "a|b", "")]
    public void Parse_Copy_HasFlagsSourcesAndDestination(string arguments, string words, string flags)
    {
        var copy = Only<CopyInstruction>($"FROM a\nCOPY {arguments}");

        Assert.AreEqual(words, string.Join('|', copy.Sources.Append(copy.Destination)));
        Assert.AreEqual(flags.Length > 0 ? flags : "   False", $"{copy.From} {copy.Chown} {copy.Chmod} {copy.Link}");
        Assert.AreEqual("COPY", copy.Keyword);
    }

    [TestMethod]
    [DataRow("COPY --exclude=a --exclude=b --parents x y", "exclude,parents")]
    [DataRow("COPY --parents=false x y", "")]
    [DataRow("ADD --checksum=sha256:0 --keep-git-dir --unpack=false x y", "checksum,keep-git-dir,unpack")]
    public void Parse_FlagsThatABuilderMayNotKnow_AreListed(string line, string expected) =>
        Assert.AreEqual(expected, string.Join(',', Only<CopyInstruction>("FROM a\n" + line).OtherFlags));

    [TestMethod]
    public void Parse_SimpleInstructions_HoldTheirWords()
    {
        var all = DockerfileParser.Parse(
            """
            FROM a
            EXPOSE 80 443/tcp $PORT
            VOLUME /a /b
            VOLUME ["/c d"]
            WORKDIR /x y
            STOPSIGNAL SIGTERM
            SHELL ["sh", "-c"]
            MAINTAINER Me <me@example.com>
            ONBUILD   COPY . /x
            RUN --mount=type=cache,target=/c apt-get \
              update
            """, "Dockerfile").Stages[0].Instructions;

        Assert.AreEqual("80|443/tcp|$PORT", string.Join('|', ((ExposeInstruction)all[0]).Ports));
        Assert.AreEqual("/a|/b", string.Join('|', ((VolumeInstruction)all[1]).Paths));
        Assert.AreEqual("/c d", string.Join('|', ((VolumeInstruction)all[2]).Paths));
        Assert.AreEqual("/x y", ((WorkdirInstruction)all[3]).Path);
        Assert.AreEqual("SIGTERM", ((StopSignalInstruction)all[4]).Signal);
        Assert.AreEqual("sh|-c", string.Join('|', ((ShellInstruction)all[5]).Words));
        Assert.AreEqual("Me <me@example.com>", ((MaintainerInstruction)all[6]).Author);
        Assert.AreEqual("COPY . /x", ((OnBuildInstruction)all[7]).Trigger);
        Assert.AreEqual("RUN --mount=type=cache,target=/c apt-get   update", ((RunInstruction)all[8]).Text);
    }

    [TestMethod]
    [DataRow("NONE", null, null, null)]
    [DataRow("none", null, null, null)]
    [DataRow("CMD curl -f  x", "shell:curl -f  x", null, null)]
    [DataRow("cmd [\"a\", \"b\"]", "exec:a|b", null, null)]
    [DataRow("--interval=1m30s --retries=3 CMD x", "shell:x", 90_000_000_000L, 3)]
    [DataRow("--interval=0 --retries= CMD x", "shell:x", 0L, null)]
    public void Parse_Healthcheck_HasCommandAndTimes(string arguments, string? command, long? interval, int? retries)
    {
        var check = Only<HealthcheckInstruction>($"FROM a\nHEALTHCHECK {arguments}");

        Assert.AreEqual(command, check.Command is { } c ? (c.IsShell ? "shell:" : "exec:") + string.Join('|', c.Words) : null);
        Assert.AreEqual((interval, retries), (check.Interval, check.Retries));
    }

    [TestMethod]
    public void Parse_HealthcheckTimes_AreInNanoseconds()
    {
        var check = Only<HealthcheckInstruction>("FROM a\nHEALTHCHECK --timeout=1.5s --start-period=2h --start-interval=5ms CMD x");

        Assert.AreEqual((1_500_000_000L, 7_200_000_000_000L, 5_000_000L), (check.Timeout, check.StartPeriod, check.StartInterval));
    }

    internal static T Only<T>(string text)
        where T : Instruction => (T)DockerfileParser.Parse(text, "Dockerfile").Stages[0].Instructions.Single();
}
