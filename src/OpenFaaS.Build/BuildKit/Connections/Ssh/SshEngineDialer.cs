using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary>Connects to a Docker Engine on another host, as docker's command line does it: by <c>docker system dial-stdio</c> there.</summary>
internal sealed class SshEngineDialer(SshAddress address, Func<string, string?> environment) : Dialer(address.ToString())
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    public override bool StartsProgram => true;

    public override EngineAddress Engine => new(Text, new Uri("http://localhost")) { Dial = async token => (await DialAsync(ProtocolOffer.Http1, token)).Stream };

    public override ValueTask<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var program = ToolPath.Find("ssh", environment)
            ?? throw BuildKitProcessDiagnostics.SshNotFound.With(Text, "it is in no folder of PATH").ToException();
        try
        {
            var process = PipedProcess.Start(program, SshCommand.EngineArguments(address, ConnectTimeout), SshCommand.Environment);
            return ValueTask.FromResult(new DialedStream(new SshEngineStream(process)));
        }
        catch (ToolFailedException e)
        {
            throw BuildKitProcessDiagnostics.SshNotFound.With(Text, $"'{program}': {e.Message}").ToException(e);
        }
    }
}
