using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Dockerfiles;

/// <summary>Dockerfiles in the manner of OpenFaaS's templates.</summary>
[TestClass]
public sealed class TemplateDockerfileTests
{
    internal const string Watchdog =
        """
        FROM --platform=${TARGETPLATFORM:-linux/amd64} ghcr.io/openfaas/of-watchdog:0.10.7 AS watchdog
        FROM --platform=${TARGETPLATFORM:-linux/amd64} python:3.12-alpine AS build

        COPY --from=watchdog /fwatchdog /usr/bin/fwatchdog
        RUN chmod +x /usr/bin/fwatchdog

        ARG ADDITIONAL_PACKAGE
        # Alternatively use ADD https:// (which will not be cached by Docker builder)

        RUN apk --no-cache add openssl-dev ${ADDITIONAL_PACKAGE}

        # Add non root user
        RUN addgroup -S app && adduser app -S -G app
        USER app

        ENV PATH=$PATH:/home/app/.local/bin

        WORKDIR /home/app/
        COPY --chown=app:app index.py           .
        COPY --chown=app:app requirements.txt   .

        FROM build AS test
        ARG TEST_COMMAND=tox
        ARG TEST_ENABLED=true
        RUN [ "$TEST_ENABLED" = "false" ] || eval "$TEST_COMMAND"

        FROM build AS ship
        WORKDIR /home/app/

        # configure WSGI server and healthcheck
        ENV fprocess="python index.py"
        ENV cgi_headers="true" \
            mode="http" \
            upstream_url="http://127.0.0.1:5000"

        HEALTHCHECK --interval=5s CMD [ -e /tmp/.lock ] || exit 1

        CMD ["fwatchdog"]
        """;

    internal const string DotNet =
        """
        # syntax=docker/dockerfile:1
        ARG BASE=mcr.microsoft.com/dotnet/aspnet:10.0
        FROM ${BASE}
        ARG TARGETARCH
        LABEL org.opencontainers.image.title="a function" arch=$TARGETARCH
        ENV ASPNETCORE_URLS= \
            read_timeout="15s"
        WORKDIR /app
        COPY --chmod=0644 --chown=${APP_UID:-1654}:0 [ "function 1/", "./" ]
        COPY <<-"EOF" <<config.json /etc/function/
        	$verbatim
        	EOF
        { "arch": "$TARGETARCH" }
        config.json
        EXPOSE 8080/tcp
        USER $APP_UID
        STOPSIGNAL SIGTERM
        ENTRYPOINT ["dotnet", "Function.dll"]
        """;

    [TestMethod]
    public void Parse_WatchdogTemplate_NeedsThreeOfFourStages()
    {
        var document = DockerfileParser.Parse(Watchdog, "Dockerfile");
        var platform = Platform.Parse("linux/arm64");
        var scope = new GlobalScope(document, new Dictionary<string, string>(StringComparer.Ordinal), platform, platform, null);

        var reachable = StageGraph.Reachable(document, null, scope);

        CollectionAssert.AreEqual(new[] { "watchdog", "build", "ship" }, reachable.Select(stage => stage.From.Alias).ToArray());
        Assert.AreEqual("linux/arm64", scope.ExpandPlatform(document.Stages[0].From)!.ToString());
        var ship = document.Stages[3].Instructions;
        CollectionAssert.AreEqual(
            new[] { "cgi_headers=\"true\"", "mode=\"http\"", "upstream_url=\"http://127.0.0.1:5000\"" },
            ((EnvInstruction)ship[2]).Pairs.Select(pair => $"{pair.Key}={pair.Value}").ToArray());
        Assert.AreEqual("[ -e /tmp/.lock ] || exit 1", ((HealthcheckInstruction)ship[3]).Command!.Words.Single());
    }

    [TestMethod]
    public void Parse_DotNetTemplate_HasItsCopies()
    {
        var document = DockerfileParser.Parse(DotNet, "Dockerfile");

        var copies = document.Stages[0].Instructions.OfType<CopyInstruction>().ToList();
        Assert.AreEqual(("function 1/", "./", "0644", "${APP_UID:-1654}:0"), (copies[0].Sources.Single(), copies[0].Destination, copies[0].Chmod, copies[0].Chown));
        CollectionAssert.AreEqual(
            new[] { new Heredoc("EOF", "$verbatim\n", false), new Heredoc("config.json", "{ \"arch\": \"$TARGETARCH\" }\n", true) },
            copies[1].Heredocs.ToArray());
    }
}
