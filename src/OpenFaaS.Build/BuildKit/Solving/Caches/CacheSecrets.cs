using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>Credentials in the attributes of caches: read from where <c>env:NAME</c> and <c>file:PATH</c> say, and what clients of BuildKit take from the environment by themselves.</summary>
internal sealed class CacheSecrets(CacheInputs inputs)
{
    private const int MaximumFileSize = 64 * 1024;
    private static readonly string[] Keys = ["access_key_id", "secret_access_key", "session_token", "token", "ghtoken"];

    /// <summary>Replaces references by what they refer to.</summary>
    /// <param name="value">The cache; its attributes are changed.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="DiagnosticException">Nothing is there.</exception>
    public void Resolve(CacheValue value, string name)
    {
        foreach (var key in Keys)
        {
            if (value.Attributes.GetValueOrDefault(key) is not { Length: > 0 } text)
            {
                continue;
            }

            if (text.StartsWith("env:", StringComparison.Ordinal))
            {
                value.Attributes[key] = inputs.Environment(text[4..]) is { Length: > 0 } found ? found : throw NotResolved(name, key, text, "is not set");
            }
            else if (text.StartsWith("file:", StringComparison.Ordinal))
            {
                value.Attributes[key] = Read(name, key, text);
            }
            else if (key != "access_key_id")
            {
                inputs.Log.Report(BuildKitCacheDiagnostics.LiteralSecret.With(name, key).At(inputs.Origin));
            }
        }
    }

    /// <summary>Fills in what a workflow of GitHub Actions has; the reason where that is not enough, else null.</summary>
    public string? CompleteGitHub(SortedDictionary<string, string> attributes)
    {
        var isSecondVersion = attributes.TryGetValue("version", out var version)
            ? version == "2"
            : inputs.Environment("ACTIONS_CACHE_SERVICE_V2") is "1" or "t" or "T" or "true" or "TRUE" or "True";
        var results = inputs.Environment("ACTIONS_RESULTS_URL");
        Add(attributes, "token", inputs.Environment("ACTIONS_RUNTIME_TOKEN"));
        Add(attributes, "url", inputs.Environment("ACTIONS_CACHE_URL") is { Length: > 0 } url ? url : results);
        if (isSecondVersion)
        {
            Add(attributes, "url_v2", results);
        }

        return !attributes.ContainsKey("token") ? "ACTIONS_RUNTIME_TOKEN is not set"
            : !attributes.ContainsKey("url") && !attributes.ContainsKey("url_v2") ? "neither ACTIONS_RESULTS_URL nor ACTIONS_CACHE_URL is set"
            : null;
    }

    /// <summary>Fills in the credentials of the AWS variables; a pair that is given in full is left alone, since a session's token belongs to its own.</summary>
    public void CompleteS3(SortedDictionary<string, string> attributes)
    {
        if (attributes.ContainsKey("access_key_id") && attributes.ContainsKey("secret_access_key"))
        {
            return;
        }

        Add(attributes, "access_key_id", inputs.Environment("AWS_ACCESS_KEY_ID"));
        Add(attributes, "secret_access_key", inputs.Environment("AWS_SECRET_ACCESS_KEY"));
        Add(attributes, "session_token", inputs.Environment("AWS_SESSION_TOKEN"));
    }

    private static void Add(SortedDictionary<string, string> attributes, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            attributes.TryAdd(key, value);
        }
    }

    private string Read(string name, string key, string text)
    {
        try
        {
            return TextFile.Read(Path.GetFullPath(text[5..], inputs.BaseFolder), MaximumFileSize).TrimEnd('\r', '\n');
        }
        catch (FileNotFoundException)
        {
            throw NotResolved(name, key, text, "does not exist");
        }
        catch (InvalidDataException e)
        {
            throw NotResolved(name, key, text, "cannot be used: " + e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotResolved(name, key, text, "cannot be read");
        }
    }

    private DiagnosticException NotResolved(string name, string key, string text, string what) =>
        InputDiagnostics.ReferenceNotResolved.With($"{key} in {name}", text, what).At(inputs.Origin).ToException();
}
