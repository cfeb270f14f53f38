using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NaCl;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>
/// A stand-in for the OpenFaaS Function Builder API, which is in no package. It checks the signature of what it received, takes exactly the documented layout,
/// opens the secrets, has a real BuildKit build and push the image as the real one does, and answers in the real one's words.
/// </summary>
internal sealed class FunctionBuilderStandIn : IAsyncDisposable
{
    private const int LargestKeptBody = 20 << 20;

    private static readonly Lazy<Task<FunctionBuilderStandIn>> Running = new(() => StartAsync());

    private readonly WebApplication application;
    private readonly byte[] privateKey;
    private readonly ConcurrentQueue<ReceivedRequest> requests = new();

    private FunctionBuilderStandIn(WebApplication application)
    {
        this.application = application;
        Curve25519XSalsa20Poly1305.KeyPair(out privateKey, out var publicKey);
        PublicKey = Convert.ToBase64String(publicKey);
        PayloadSecret = Guid.NewGuid().ToString("n");
    }

    /// <summary>One for all tests that need nothing special; it ends with the process.</summary>
    public static Task<FunctionBuilderStandIn> Shared => Running.Value;

    /// <summary>Address.</summary>
    public string Url => application.Urls.Single();

    /// <summary>What it checks signatures with.</summary>
    public string PayloadSecret { get; }

    /// <summary>What secrets are to be sealed with, in base64.</summary>
    public string PublicKey { get; }

    /// <summary>Answers a request before its body is read, by its number from 1; false to go on.</summary>
    public Func<HttpContext, int, Task<bool>> Before { get; init; } = (_, _) => Task.FromResult(false);

    /// <summary>Answers a good request instead of building; null to build.</summary>
    public Func<HttpContext, JsonElement, Task>? Answer { get; init; }

    /// <summary>Whether the log names the digest that was pushed.</summary>
    public bool TellsDigest { get; init; } = true;

    /// <summary>What was received so far.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. requests];

    /// <summary>Starts it.</summary>
    /// <param name="configure">Makes it with what is special about it.</param>
    /// <param name="certificate">Serves https with it.</param>
    public static async Task<FunctionBuilderStandIn> StartAsync(Func<WebApplication, FunctionBuilderStandIn>? configure = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        var application = builder.Build();
        var standIn = configure?.Invoke(application) ?? new FunctionBuilderStandIn(application);
        application.Run(standIn.ServeAsync);
        await application.StartAsync();
        return standIn;
    }

    /// <summary>One that answers as a test wants.</summary>
    public static Task<FunctionBuilderStandIn> AnsweringAsync(Func<HttpContext, JsonElement, Task> answer) =>
        StartAsync(application => new FunctionBuilderStandIn(application) { Answer = answer });

    /// <summary>One that answers before it reads.</summary>
    public static Task<FunctionBuilderStandIn> RefusingAsync(Func<HttpContext, int, Task<bool>> before) =>
        StartAsync(application => new FunctionBuilderStandIn(application) { Before = before });

    /// <summary>One that builds and does not say what it pushed.</summary>
    public static Task<FunctionBuilderStandIn> SecretiveAsync() => StartAsync(application => new FunctionBuilderStandIn(application) { TellsDigest = false });

    /// <summary>A line of an answer.</summary>
    public static string Line(IEnumerable<string> log, string image, string status, string? error = null) =>
        JsonSerializer.Serialize(error is null ? new Dictionary<string, object> { ["log"] = log, ["image"] = image, ["status"] = status }
            : new Dictionary<string, object> { ["log"] = log, ["image"] = image, ["status"] = status, ["error"] = error }) + "\n";

    /// <summary>Has it build a function.</summary>
    public BuildKitFunction Serve(BuildKitFunction function)
    {
        function.Environment["PAYLOAD_SECRET"] = PayloadSecret;
        return function.Set("ContainerBuilder", "openfaas").Set("ContainerBuilderEndpoint", Url).Set("ContainerNetwork", "")
            .Set("OpenFaaSPayloadSecret", "env:PAYLOAD_SECRET").Set("OpenFaaSBuilderPublicKey", PublicKey);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var received = new ReceivedRequest(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        requests.Enqueue(received);
        if (context.Request.Method != HttpMethods.Post || context.Request.Path != "/build")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await Before(context, requests.Count))
        {
            return;
        }

        var folder = Directory.CreateTempSubdirectory("function-builder-stand-in-");
        try
        {
            await BuildAsync(context, received, folder.FullName);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // A mistake of the stand-in itself is to be seen in the test's message.
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, e.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task BuildAsync(HttpContext context, ReceivedRequest received, string folder)
    {
        var archive = Path.Combine(folder, "req.tar");
        var signature = await ReceiveAsync(context.Request, archive, context.RequestAborted);
        received.Body = new FileInfo(archive).Length <= LargestKeptBody ? await File.ReadAllBytesAsync(archive, context.RequestAborted) : [];
        if (context.Request.Headers["X-Build-Signature"] != "sha256=" + signature)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "invalid signature");
            return;
        }

        UploadedContext upload;
        try
        {
            upload = UploadedContext.Unpack(archive, folder, privateKey);
            File.Delete(archive);
        }
        catch (InvalidDataException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
            return;
        }

        received.Order = upload.Order;
        context.Response.ContentType = context.Request.Headers.Accept == "application/x-ndjson" ? "application/x-ndjson" : throw new InvalidOperationException("Only streamed answers are made.");
        await (Answer?.Invoke(context, upload.Order) ?? new RealBuild(upload, folder, TellsDigest).RunAsync(line => WriteAsync(context, line), context.RequestAborted));
    }

    private async Task<string> ReceiveAsync(HttpRequest request, string path, CancellationToken cancellationToken)
    {
        if (request.ContentLength is null || request.ContentType != "application/octet-stream" || request.Headers.ContentEncoding.Count > 0)
        {
            throw new InvalidOperationException("The body has no length, or another type.");
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(PayloadSecret));
        await using var file = File.Create(path);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text);
    }

    /// <summary>Sends a part of an answer at once.</summary>
    public static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}

/// <summary>A request.</summary>
/// <param name="Headers">Its headers.</param>
internal sealed record ReceivedRequest(IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body, where it is not too large; empty where it was not read.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>What is to be built.</summary>
    public JsonElement Order { get; set; }
}
