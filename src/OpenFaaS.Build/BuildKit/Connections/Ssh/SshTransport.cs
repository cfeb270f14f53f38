using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary>A daemon on another host: the ssh client's standard input and output are the connection.</summary>
internal sealed class SshTransport : DialledTransport
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private readonly SshAddress address;
    private readonly Func<string, string?> environment;
    private readonly TimeProvider time;

    private SshTransport(SshAddress address, Func<string, string?> environment, TimeProvider time) =>
        (this.address, this.environment, this.time) = (address, environment, time);

    public override string Address => address.ToString();

    /// <summary>The transport for an address; nothing is started yet.</summary>
    /// <param name="address"><c>ssh://[user@]host[:port][/path/of/socket]</c>.</param>
    /// <param name="settings">Its environment names the folders that ssh is looked for in.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="DiagnosticException">The address cannot be used (OFB5030).</exception>
    public static SshTransport Create(string address, ConnectionSettings settings, TimeProvider? time = null) =>
        new(SshAddress.Parse(address), settings.Environment, time ?? TimeProvider.System);

    public override TimeSpan OpeningTime => 2 * ConnectTimeout;

    protected override async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        var program = ToolPath.Find("ssh", environment)
            ?? throw BuildKitProcessDiagnostics.SshNotFound.With(Address, "it is in no folder of PATH").ToException();
        PipedProcess process;
        try
        {
            process = PipedProcess.Start(program, SshCommand.Arguments(address, ConnectTimeout), SshCommand.Environment);
        }
        catch (ToolFailedException e)
        {
            throw BuildKitProcessDiagnostics.SshNotFound.With(Address, $"'{program}': {e.Message}").ToException(e);
        }

        // Twice the time: the exchange of keys comes after the connection.
        return await DialledStream.OpenAsync(process, new SshEnd(Address, process, time).ExplainAsync, 2 * ConnectTimeout, time, cancellationToken);
    }
}
