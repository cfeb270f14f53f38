using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>The key under which a daemon keeps what it was sent for a function: the same for every build of it on this machine, and nobody else's.</summary>
internal static class SharedKey
{
    /// <summary>The user is told apart by the home folder: for a name, the system may have to ask a server.</summary>
    public static string Of(FunctionModel function) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', Environment.MachineName, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), function.Project.Path, function.Name.Value))));
}
