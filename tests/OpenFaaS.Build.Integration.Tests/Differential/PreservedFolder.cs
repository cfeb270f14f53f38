using OpenFaaS.Build.Files;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>
/// A build context with what <c>FunctionFileMode=preserve</c> keeps, made on disk by the system's own tools. It lacks what these engines lose: their COPY makes
/// a character device of a block device, and they set the owner of a received file after its capability, which takes the capability away.
/// </summary>
internal static class PreservedFolder
{
    private const string Script = """
        umask 022
        echo set > setuid; chmod 4755 setuid
        echo set > setgid; chmod 2750 setgid
        echo secret > closed; chmod 0 closed
        mkdir sticky group; chmod 1777 sticky; chmod 2775 group
        echo in > sticky/file
        mkfifo fifo; chmod 606 fifo
        mkfifo -m 640 group/fifo
        mknod null c 1 3; chmod 666 null
        perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("socket")) or die'
        echo linked > hard1; ln hard1 hard2; ln hard1 group/hard3
        echo other > pair1; ln pair1 sticky/pair2
        ln -s nowhere dangling; ln -s /absolute/nowhere group/dangling; ln -s hard1 symbolic
        truncate -s 1M sparse; echo end >> sparse
        echo wide > "$(printf '\357\274\241')"; echo face > "$(printf '\360\237\230\200')"
        echo attributes > attributes
        """;

    public static async Task MakeAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await Tool.RunAsync("bash", ["-ec", $"cd \"$1\"\n{Script}", "bash", folder], cancellationToken);
        Assert.IsTrue(ExtendedAttributes.TrySet(Path.Combine(folder, "attributes"), "user.comment", [1, 2, 3]), "Extended attributes cannot be set.");
    }
}
