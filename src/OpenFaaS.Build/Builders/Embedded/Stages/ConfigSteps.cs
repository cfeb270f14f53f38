using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>Instructions that change the configuration only.</summary>
internal static class ConfigSteps
{
    private static readonly JsonElement Present = JsonElement.Parse("{}");

    public static void Arg(StageContext context, StageState state, StageWords words, ArgInstruction arg)
    {
        state.Scope.Declare(arg, value => words.Expand(arg, value));

        // Names only: a value may come from file: or env:, and the history is public.
        Record(context, state, "ARG " + string.Join(' ', arg.Arguments.Select(argument => argument.Key)));
    }

    public static void Env(StageContext context, StageState state, StageWords words, EnvInstruction env)
    {
        // All values of one instruction see the environment as it was before it.
        var pairs = Expand(words, env, env.Pairs);
        foreach (var (name, value) in pairs)
        {
            if (name.Length == 0)
            {
                throw EmbeddedDiagnostics.InvalidValue.With("The name of an ENV variable", name, "a name").ToException();
            }

            state.SetEnvironment(name, value);
        }

        Record(context, state, "ENV " + string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    public static void Label(StageContext context, StageState state, StageWords words, LabelInstruction label)
    {
        var pairs = Expand(words, label, label.Pairs);
        state.SetLabels(pairs);
        Record(context, state, "LABEL " + string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    public static void User(StageContext context, StageState state, StageWords words, UserInstruction user)
    {
        var name = words.Expand(user, user.User);
        state.Container = state.Container with { User = name };
        Record(context, state, $"USER {name}");
    }

    public static void Expose(StageContext context, StageState state, StageWords words, ExposeInstruction expose)
    {
        var ports = new SortedDictionary<string, JsonElement>(state.Container.ExposedPorts ?? [], StringComparer.Ordinal);
        var given = expose.Ports.SelectMany(port => words.ExpandToWords(expose, port)).ToList();
        foreach (var port in given.SelectMany(PortSpecification.Parse))
        {
            ports[port] = Present;
        }

        state.Container = state.Container with { ExposedPorts = ports };
        Record(context, state, "EXPOSE " + string.Join(' ', given));
    }

    public static void Volume(StageContext context, StageState state, StageWords words, VolumeInstruction volume)
    {
        var volumes = new SortedDictionary<string, JsonElement>(state.Container.Volumes ?? [], StringComparer.Ordinal);
        var paths = volume.Paths.Select(path => words.Expand(volume, path).Trim()).ToList();
        foreach (var path in paths)
        {
            volumes[path.Length > 0 ? path : throw EmbeddedDiagnostics.InvalidValue.With("VOLUME", "", "a path").ToException()] = Present;
        }

        state.Container = state.Container with { Volumes = volumes };
        Record(context, state, $"VOLUME [{string.Join(' ', paths)}]");
    }

    public static void StopSignal(StageContext context, StageState state, StageWords words, StopSignalInstruction instruction)
    {
        var signal = words.Expand(instruction, instruction.Signal);
        if (!StopSignals.IsValid(signal))
        {
            throw EmbeddedDiagnostics.InvalidValue.With("STOPSIGNAL", signal, "the number or name of a Linux signal").ToException();
        }

        state.Container = state.Container with { StopSignal = signal };
        Record(context, state, $"STOPSIGNAL {signal}");
    }

    public static void Maintainer(StageContext context, StageState state, MaintainerInstruction maintainer)
    {
        state.Config = state.Config with { Author = maintainer.Author };
        Record(context, state, $"MAINTAINER {maintainer.Author}");
    }

    private static List<KeyValuePair<string, string>> Expand(
        StageWords words, Instruction instruction, IReadOnlyList<KeyValuePair<string, string>> pairs) =>
        [.. pairs.Select(pair => KeyValuePair.Create(words.Expand(instruction, pair.Key), words.Expand(instruction, pair.Value)))];

    private static void Record(StageContext context, StageState state, string step) => state.Record(step, context.Epoch, isEmpty: true);
}
