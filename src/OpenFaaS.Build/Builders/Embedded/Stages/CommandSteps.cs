using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>Instructions that say what the container starts.</summary>
internal static class CommandSteps
{
    private static readonly string[] DefaultShell = ["/bin/sh", "-c"];

    public static void Cmd(StageContext context, StageState state, CmdInstruction cmd)
    {
        var words = WithShell(state, cmd.Command);
        state.Container = state.Container with { Cmd = words, ArgsEscaped = true };
        state.CommandIsSet = true;
        Record(context, state, "CMD", words);
    }

    public static void Entrypoint(StageContext context, StageState state, EntrypointInstruction entrypoint)
    {
        var words = WithShell(state, entrypoint.Command);

        // A command inherited from the base image belongs to the base image's entry point.
        state.Container = state.Container with { Entrypoint = words, Cmd = state.CommandIsSet ? state.Container.Cmd : null };
        Record(context, state, "ENTRYPOINT", words);
    }

    public static void Shell(StageContext context, StageState state, ShellInstruction shell)
    {
        state.Container = state.Container with { Shell = shell.Words };
        Record(context, state, "SHELL", shell.Words);
    }

    public static void Healthcheck(StageContext context, StageState state, HealthcheckInstruction healthcheck)
    {
        IReadOnlyList<string> test = healthcheck.Command switch
        {
            null => ["NONE"],
            { IsShell: true } command => ["CMD-SHELL", .. command.Words],
            { } command => ["CMD", .. command.Words],
        };
        state.Container = state.Container with
        {
            Healthcheck = new HealthcheckConfig
            {
                Test = test,
                Interval = healthcheck.Interval,
                Timeout = healthcheck.Timeout,
                StartPeriod = healthcheck.StartPeriod,
                StartInterval = healthcheck.StartInterval,
                Retries = healthcheck.Retries,
            },
        };
        Record(context, state, "HEALTHCHECK", test);
    }

    private static IReadOnlyList<string> WithShell(StageState state, CommandLine command) =>
        command.IsShell ? [.. state.Container.Shell ?? DefaultShell, .. command.Words] : command.Words;

    private static void Record(StageContext context, StageState state, string keyword, IReadOnlyList<string> words) =>
        state.Record($"{keyword} [{string.Join(' ', words.Select(word => $"\"{word}\""))}]", context.Epoch, isEmpty: true);
}
