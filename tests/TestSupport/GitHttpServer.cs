using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Serves the repositories of a folder over http on loopback, through the real <c>git http-backend</c>.</summary>
public sealed class GitHttpServer : IAsyncDisposable
{
    private readonly StandInServer server;
    private readonly string root;

    /// <param name="root">Folder of the repositories.</param>
    public GitHttpServer(string root)
    {
        this.root = root;
        server = new StandInServer(Answer);
    }

    /// <summary><c>http://127.0.0.1:port</c></summary>
    public string Url => server.Url;

    public string Name => server.Name;

    public IReadOnlyList<StandInRequest> Requests => server.Requests;

    /// <summary>Times that objects were asked for; names alone do not count.</summary>
    public int Fetches => server.Requests.Count(request => request.Method == "POST" && Text(request).Contains("want ", StringComparison.Ordinal));

    /// <summary>Whether the client may choose the newer protocol, which gives away every object.</summary>
    public bool AllowsNewProtocol { get; init; } = true;

    /// <summary><c>user:password</c> that must be given, if any.</summary>
    public string? Credential { get; init; }

    /// <summary>Runs before each request is answered; an answer of its own goes before git's.</summary>
    public Func<StandInRequest, StandInReply?>? Before { get; set; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private StandInReply Answer(StandInRequest request)
    {
        if (Before?.Invoke(request) is { } reply)
        {
            return reply;
        }

        return Credential is { } required && request.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(required))
            ? new StandInReply(401, "", ("WWW-Authenticate", "Basic realm=\"git\""))
            : Backend(request);
    }

    private StandInReply Backend(StandInRequest request)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("http-backend");
        start.Environment["GIT_PROJECT_ROOT"] = root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["REQUEST_METHOD"] = request.Method;
        start.Environment["PATH_INFO"] = Uri.UnescapeDataString(request.Path);
        start.Environment["QUERY_STRING"] = request.Query;
        start.Environment["CONTENT_TYPE"] = request.Headers.GetValueOrDefault("content-type", "");
        start.Environment["CONTENT_LENGTH"] = request.Body.Length.ToString(CultureInfo.InvariantCulture);
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers.GetValueOrDefault("content-encoding", "");
        start.Environment["GIT_PROTOCOL"] = AllowsNewProtocol ? request.Headers.GetValueOrDefault("git-protocol", "") : "";

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(request.Body);
        process.StandardInput.Close();
        reading.GetAwaiter().GetResult();
        process.WaitForExit();
        error.GetAwaiter().GetResult();
        return Reply(output.ToArray());
    }

    private static StandInReply Reply(byte[] output)
    {
        var end = output.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return new StandInReply(500);
        }

        var headers = Encoding.Latin1.GetString(output, 0, end).Split("\r\n").Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        var status = headers.Remove("Status", out var text) ? int.Parse(text[..3], CultureInfo.InvariantCulture) : 200;
        headers.Remove("Content-Length");
        return new StandInReply(status, output[(end + 4)..], [.. headers.Select(header => (header.Key, header.Value))]);
    }

    private static string Text(StandInRequest request)
    {
        if (request.Headers.GetValueOrDefault("content-encoding") != "gzip")
        {
            return Encoding.Latin1.GetString(request.Body);
        }

        using var reader = new StreamReader(new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress), Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
