using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>Executes the instructions of one stage in order, with BuildKit's semantics (Dockerfile reference).</summary>
internal sealed class StageExecutor(StageContext context, StageState state)
{
    private readonly StageWords words = new(context, state);

    /// <exception cref="DiagnosticException">An instruction is wrong or cannot be executed; the location is its line.</exception>
    public async Task ExecuteAsync(Stage stage, CancellationToken cancellationToken)
    {
        foreach (var instruction in stage.Instructions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.Log.Message(MessageImportance.Low, $"{state.Description}, line {instruction.Line}: {instruction.Keyword}");
            try
            {
                await ExecuteAsync(instruction, cancellationToken);
            }
            catch (DiagnosticException e) when (e.Diagnostics.Any(d => d.Location is null))
            {
                throw e.At(context.At(instruction));
            }
        }
    }

    private async ValueTask ExecuteAsync(Instruction instruction, CancellationToken cancellationToken)
    {
        switch (instruction)
        {
            case ArgInstruction arg:
                ConfigSteps.Arg(context, state, words, arg);
                break;
            case EnvInstruction env:
                ConfigSteps.Env(context, state, words, env);
                break;
            case LabelInstruction label:
                ConfigSteps.Label(context, state, words, label);
                break;
            case UserInstruction user:
                ConfigSteps.User(context, state, words, user);
                break;
            case ExposeInstruction expose:
                ConfigSteps.Expose(context, state, words, expose);
                break;
            case VolumeInstruction volume:
                ConfigSteps.Volume(context, state, words, volume);
                break;
            case StopSignalInstruction signal:
                ConfigSteps.StopSignal(context, state, words, signal);
                break;
            case MaintainerInstruction maintainer:
                ConfigSteps.Maintainer(context, state, maintainer);
                break;
            case CmdInstruction cmd:
                CommandSteps.Cmd(context, state, cmd);
                break;
            case EntrypointInstruction entrypoint:
                CommandSteps.Entrypoint(context, state, entrypoint);
                break;
            case ShellInstruction shell:
                CommandSteps.Shell(context, state, shell);
                break;
            case HealthcheckInstruction healthcheck:
                CommandSteps.Healthcheck(context, state, healthcheck);
                break;
            case WorkdirInstruction workdir:
                await new WorkdirStep(context, state, words).ExecuteAsync(workdir, cancellationToken);
                break;
            case CopyInstruction copy:
                await new CopyStep(context, state, words, copy).ExecuteAsync(cancellationToken);
                break;
            case RunInstruction:
                throw EmbeddedDiagnostics.RunNotSupported.With().ToException();
            default:
                throw EmbeddedDiagnostics.InstructionNotSupported.With(instruction.Keyword).ToException();
        }
    }
}
