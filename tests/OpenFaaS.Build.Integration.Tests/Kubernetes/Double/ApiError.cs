using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>A refusal of the API server double.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="reason">Machine-readable reason: <c>NotFound</c>, <c>AlreadyExists</c>, <c>Forbidden</c>.</param>
/// <param name="message">The server's words.</param>
internal sealed class ApiError(int status, string reason, string message) : Exception(message)
{
    public int Status => status;

    /// <summary>Value of the header Retry-After; null for none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The document that goes with the status.</summary>
    public JsonObject Document() => new()
    {
        ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = Message, ["reason"] = reason, ["code"] = status,
    };

    public static ApiError NotFound(string resource, string name) => new(404, "NotFound", $"{resource} \"{name}\" not found");

    public static ApiError Invalid(string message) => new(422, "Invalid", message);

    public static ApiError BadRequest(string message) => new(400, "BadRequest", message);
}
