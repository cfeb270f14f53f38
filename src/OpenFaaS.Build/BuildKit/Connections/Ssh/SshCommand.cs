using System.Globalization;

namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary>The arguments of the ssh client.</summary>
internal static class SshCommand
{
    /// <summary>Arguments that lead to the daemon without a question, a terminal or forwardings of the user's configuration.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="connectTimeout">Time that the connection may take.</param>
    public static IReadOnlyList<string> Arguments(SshAddress address, TimeSpan connectTimeout) => Arguments(address, connectTimeout, Remote(address));

    /// <summary>The same for a Docker Engine, whose own command leads to it there.</summary>
    public static IReadOnlyList<string> EngineArguments(SshAddress address, TimeSpan connectTimeout) => Arguments(
        address, connectTimeout, address.Socket is { } socket ? ["docker", "--host", Quote("unix://" + socket), "system", "dial-stdio"] : ["docker", "system", "dial-stdio"]);

    private static IReadOnlyList<string> Arguments(SshAddress address, TimeSpan connectTimeout, string[] remote) =>
    [
        // A host that went away is noticed after 20 s; BuildKit's own signs of life only say so much later.
        .. Options(
            "BatchMode=yes", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={connectTimeout.TotalSeconds:0}"), "ServerAliveInterval=10", "ServerAliveCountMax=2",
            "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no", "EscapeChar=none",
            // A master connection that ssh leaves behind would outlive the build; one that is there is used.
            "ControlMaster=no"),
        "-T",
        .. address.User is { } user ? new[] { "-l", user } : [],
        .. address.Port is { } port ? new[] { "-p", port.ToString(CultureInfo.InvariantCulture) } : [],
        "--",
        address.Host,
        .. remote,
    ];

    /// <summary>Environment of the ssh client: nothing may open a window that asks.</summary>
    public static IReadOnlyDictionary<string, string?> Environment { get; } =
        new Dictionary<string, string?> { ["SSH_ASKPASS_REQUIRE"] = "never", ["SSH_ASKPASS"] = null };

    // ssh joins the words by spaces, and the shell on the other side reads the line.
    private static string[] Remote(SshAddress address) =>
        address.Socket is { } socket ? ["buildctl", "--addr", Quote("unix://" + socket), "dial-stdio"] : ["buildctl", "dial-stdio"];

    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static IEnumerable<string> Options(params string[] options) => options.SelectMany(option => new[] { "-o", option });
}
