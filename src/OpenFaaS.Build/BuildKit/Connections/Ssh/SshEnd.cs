using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary>Finds out why a connection of the ssh client ended.</summary>
internal sealed class SshEnd(string address, PipedProcess process, TimeProvider time)
{
    /// <summary>The client's own failures; any other code is that of the command on the other side.</summary>
    private const int ClientFailed = 255;
    private const int NotFound = 127;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <inheritdoc cref="EndExplanation"/>
    public async Task<DiagnosticException> ExplainAsync(bool greeted, string said)
    {
        var code = await CodeAsync();
        var why = SaidText.Of(code, $"{said}\n{process.Error}");
        var row = greeted ? BuildKitProcessDiagnostics.SshEnded : code switch
        {
            ClientFailed => BuildKitProcessDiagnostics.SshFailed,
            NotFound => BuildKitProcessDiagnostics.SshWithoutBuildctl,
            _ => BuildKitProcessDiagnostics.SshDaemonUnreachable,
        };
        return row.With(address, why).ToException();
    }

    private async Task<int?> CodeAsync()
    {
        try
        {
            return await process.Ended.WaitAsync(Limit, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
