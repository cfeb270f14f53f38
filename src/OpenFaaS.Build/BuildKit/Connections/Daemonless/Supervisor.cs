namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>
/// The program that stands between the worker and its daemon: a small shell script that holds the other end of a pipe. When the pipe closes, because the
/// worker wants it or because it died in whatever way, the daemon gets SIGTERM, and SIGKILL after 10 s; then the log goes with its folder. Nothing of the user's reaches the script
/// but as words of <c>"$@"</c>, which no shell reads again.
/// </summary>
internal static class Supervisor
{
    /// <summary>The shell that POSIX promises.</summary>
    public const string Shell = "/bin/sh";

    /// <summary>How long the daemon may take after SIGTERM, as the script counts it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Ctrl+C reaches every process of the terminal: the worker decides when the daemon ends.
    private const string Script = """
        log=$1
        shift
        trap '' HUP INT
        exec 3<&0 </dev/null
        "$@" >"$log" 2>&1 3<&- &
        daemon=$!
        {
          read -r _ <&3
          : >"$log.end"
          kill -TERM "$daemon"
          n=0
          while [ $n -lt 10 ] && kill -0 "$daemon"; do sleep 1; n=$((n + 1)); done
          kill -KILL "$daemon"
        } >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        trap 'kill -TERM "$daemon" 2>/dev/null' TERM
        wait "$daemon"
        code=$?
        while kill -0 "$daemon" 2>/dev/null; do
          wait "$daemon"
          code=$?
        done
        kill "$watcher" 2>/dev/null
        [ ! -e "$log.end" ] || rm -rf "${log%/*}"
        exit "$code"
        """;

    /// <summary>Arguments of the shell.</summary>
    /// <param name="log">Full path of the file that takes the daemon's outputs.</param>
    /// <param name="command">The daemon's program and arguments.</param>
    public static IReadOnlyList<string> Arguments(string log, IEnumerable<string> command) => ["-c", Script, "sh", log, .. command];
}
