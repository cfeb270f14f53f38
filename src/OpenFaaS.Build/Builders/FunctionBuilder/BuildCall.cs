using System.Net;
using System.Net.Http.Headers;
using OpenFaaS.Build.Builders.FunctionBuilder.Requests;
using OpenFaaS.Build.Builders.FunctionBuilder.Results;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>Asks a builder for one build. When the call is cancelled the connection closes, which ends the build.</summary>
/// <param name="connection">The builder.</param>
/// <param name="build">The build.</param>
/// <param name="limits">Bounds of time and size.</param>
internal sealed class BuildCall(BuilderConnection connection, ImageBuild build, BuilderLimits limits)
{
    private const string Results = "application/x-ndjson";
    private readonly TimeSpan idle = build.Function.Builder.Engine.RemoteBuilder.IdleTimeout;
    private readonly CallFailure failures = new(connection, limits, build.Function.Builder.Engine.RemoteBuilder.IdleTimeout);

    /// <summary>Sends the request, again while the builder is busy, and follows the build to its end.</summary>
    /// <exception cref="DiagnosticException">Anything but an explicit success.</exception>
    public Task RunAsync(SignedBody body, BuildProgress progress, CancellationToken cancellationToken)
    {
        var address = connection.Endpoint.Text;
        build.Log.Message(MessageImportance.Normal, $"Sending {OutputText.Size(body.Length)} to the OpenFaaS builder at {address}.");
        return new BusyRetry(limits, build.Log, address).RunAsync(token => SendAsync(body, progress, token), cancellationToken);
    }

    private async Task SendAsync(SignedBody body, BuildProgress progress, CancellationToken cancellationToken)
    {
        using var watch = new IdleWatch(limits.Sending, cancellationToken).Touch(limits.Connect + limits.Sending);
        var isSent = false;
        using var content = StreamedBody.Octets(body.Length, WriteAsync, watch, idle);
        using var request = RequestFor(body, content);
        HttpResponseMessage response;
        try
        {
            response = await connection.Invoker.SendAsync(request, watch.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A body that could not be produced is the cause; what the connection says about it is the effect.
            throw content.SourceFailure ?? failures.OfRequest(e, isSent);
        }

        using (response)
        {
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
            {
                throw await failures.OfStatusAsync(response, body.Length, cancellationToken);
            }

            await FollowAsync(response, progress, watch, cancellationToken);
        }

        async Task WriteAsync(Stream stream, CancellationToken token)
        {
            await body.WriteAsync(stream, token);
            isSent = true;
        }
    }

    private HttpRequestMessage RequestFor(SignedBody body, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, connection.Endpoint.Build)
        {
            Version = connection.Endpoint.Base.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };

        // A builder that is busy, or takes no request of this size, says so before it is sent gigabytes.
        request.Headers.ExpectContinue = true;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("OpenFaaS.Build.Sdk", "0"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Results));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.Add("X-Build-Signature", body.Signature);
        return request;
    }

    private async Task FollowAsync(HttpResponseMessage response, BuildProgress progress, IdleWatch watch, CancellationToken cancellationToken)
    {
        var results = new ResultReader(progress.Take);
        var buffer = new byte[16 * 1024];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await stream.ReadAsync(buffer, watch.Touch(idle).Token) is > 0 and var count)
            {
                watch.Pause();
                results.Take(buffer.AsSpan(0, count));
            }
        }
        catch (ResultFormatException e)
        {
            throw RemoteBuilderDiagnostics.AnswerMalformed.With(connection.Endpoint.Text, e.Message, progress.Tail()).ToException(e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw failures.OfAnswer(e, progress.Tail());
        }

        if (new BuildFailure(build, connection.Endpoint.Text).Of(results, progress) is { } failure)
        {
            throw failure;
        }
    }
}
