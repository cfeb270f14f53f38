using System.Security.Cryptography;
using System.Text;
using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>How a session introduces itself.</summary>
internal static class SessionHeaders
{
    private const string Method = "x-docker-expose-session-grpc-method";

    /// <summary>The headers of the call that carries a session. A daemon looks for the two methods before it uses them, each in a header of its own; the others it just calls.</summary>
    public static Metadata Of(string id, SessionContent content)
    {
        var headers = new Metadata
        {
            { "x-docker-expose-session-uuid", id },
            { "x-docker-expose-session-name", "openfaas" },
            { "x-docker-expose-session-sharedkey", Text(content.SharedKey) },
            { Method, "/moby.filesync.v1.FileSync/DiffCopy" },
        };
        if (content.Outputs.Count > 0)
        {
            headers.Add(Method, "/moby.filesync.v1.FileSend/DiffCopy");
        }

        return headers;
    }

    // Headers hold ASCII; the key only has to be the same every time.
    private static string Text(string key) =>
        key.All(character => character is > ' ' and < '\u007f') ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
