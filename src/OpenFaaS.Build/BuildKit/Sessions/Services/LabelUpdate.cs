using Google.Protobuf.WellKnownTypes;
using OpenFaaS.Build.BuildKit.ContentStores;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>What a field mask says about labels: all of them, one, or none given.</summary>
internal static class LabelUpdate
{
    private const string All = "labels";

    /// <summary>The labels after an update.</summary>
    /// <param name="current">The labels so far.</param>
    /// <param name="given">The labels of the request; an empty value removes the label.</param>
    /// <param name="mask">Which of them count; null and empty for all.</param>
    /// <exception cref="Grpc.Core.RpcException">The mask names a field that cannot be changed.</exception>
    public static IReadOnlyDictionary<string, string> Apply(IReadOnlyDictionary<string, string> current, IReadOnlyDictionary<string, string> given, FieldMask? mask)
    {
        if (mask is not { Paths.Count: > 0 })
        {
            return given.ToDictionary(StringComparer.Ordinal);
        }

        var result = current.ToDictionary(StringComparer.Ordinal);
        foreach (var path in mask.Paths)
        {
            if (path == All)
            {
                result = given.ToDictionary(StringComparer.Ordinal);
            }
            else if (!path.StartsWith(All + ".", StringComparison.Ordinal))
            {
                throw ContentFailure.Invalid("only labels can be changed");
            }
            else if (given.GetValueOrDefault(path[(All.Length + 1)..]) is { Length: > 0 } value)
            {
                result[path[(All.Length + 1)..]] = value;
            }
            else
            {
                result.Remove(path[(All.Length + 1)..]);
            }
        }

        return result;
    }
}
