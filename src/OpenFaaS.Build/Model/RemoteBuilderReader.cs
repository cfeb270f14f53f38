using System.Globalization;

namespace OpenFaaS.Build.Model;

/// <summary>Reads what the OpenFaaS Function Builder API needs.</summary>
internal static class RemoteBuilderReader
{
    private const string File = "file:";
    private const string Variable = "env:";

    public static RemoteBuilderModel Read(InputReader reader) => new()
    {
        PayloadSecret = PayloadSecret(reader),
        PublicKey = reader.Text("OpenFaaSBuilderPublicKey"),
        IdleTimeout = IdleTimeout(reader),
    };

    private static string? PayloadSecret(InputReader reader)
    {
        switch (reader.Text("OpenFaaSPayloadSecret"))
        {
            case null:
                return null;
            case var text when text.StartsWith(File, StringComparison.Ordinal) && text.Length > File.Length:
                return File + reader.FullPath(text[File.Length..]);
            case var text when text.StartsWith(Variable, StringComparison.Ordinal) && text.Length > Variable.Length:
                return text;
            default:
                // What stands there may be the secret itself.
                reader.Invalid("OpenFaaSPayloadSecret", "(not shown)", "file:PATH or env:NAME");
                return null;
        }
    }

    private static TimeSpan IdleTimeout(InputReader reader)
    {
        if (reader.Text("OpenFaaSBuilderIdleTimeout") is not { } text)
        {
            return RemoteBuilderModel.UsualIdleTimeout;
        }

        if (!TimeSpan.TryParseExact(text, @"h\:mm\:ss", CultureInfo.InvariantCulture, out var time) || time < TimeSpan.FromSeconds(1))
        {
            reader.Invalid("OpenFaaSBuilderIdleTimeout", text, "a time as HOURS:MINUTES:SECONDS, from 0:00:01 to 23:59:59");
        }

        return time;
    }
}
