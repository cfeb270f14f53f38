#!/usr/bin/env bash
# Packs the SDK, publishes the samples with the embedded builder, and prints their digests.
#
#   samples/run.sh [--keep]     --keep: leaves the registry running and says where
#
# Where no public registry can be reached, a registry on this machine gets base images made of Debian packages first.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
keep=''
case "${1:-}" in '') ;; --keep) keep=yes ;; *) sed -n 2,7p "$0" >&2; exit 2 ;; esac

command -v dotnet >/dev/null || { echo "samples: the .NET SDK (dotnet) is not installed" >&2; exit 1; }
work=$(mktemp -d /tmp/ofbsampleXXXXXX)
finish() {
  if [ -n "$keep" ] && [ -e "$work/services.env" ]; then
    echo "samples: the registry keeps running; ../tests/services.sh stop --folder $work/services ends it"
    return
  fi
  if [ -e "$work/services.env" ]; then ../tests/services.sh stop --folder "$work/services" || true; fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "samples: packing the SDK"
rm -rf .feed .packages/openfaas.build.sdk
mkdir -p .feed
# Without the native worker, which takes longer to compile than it saves here.
dotnet pack ../sdk/OpenFaaS.Build.Sdk.csproj -c Release -o .feed -p:NativeWorker=false --nologo -v:quiet
# The variable would win over samples/nuget.config and might hold an older package of this version.
export NUGET_PACKAGES=$PWD/.packages

properties=(-p:ContainerBuilder=embedded)
if curl -sf -o /dev/null -m 5 https://mcr.microsoft.com/v2/ 2>/dev/null; then
  properties+=("-p:ContainerArchiveOutputPath=$work/")
else
  echo "samples: no public registry can be reached; a registry on this machine gets base images made of Debian packages"
  ../tests/services.sh start --file "$work/services.env" --folder "$work/services" registry
  . "$work/services.env"
  registry=${OPENFAAS_TEST_REGISTRY:?the registry did not start}
  ../tests/base-image.sh dotnet "$registry/dotnet/aspnet:10.0"
  ../tests/base-image.sh busybox "$registry/library/busybox:1.36"
  ../tests/base-image.sh python "$registry/library/python:3-alpine"
  ../tests/base-image.sh perl "$registry/library/perl:5-slim"
  properties+=("-p:ContainerRegistry=$registry" "-p:BusyboxImage=$registry/library/busybox:1.36")
  csharp=("-p:ContainerBaseImage=$registry/dotnet/aspnet:10.0")
  # The stack file's own variables; a user's values reach no registry either.
  export PYTHON_IMAGE=$registry/library/python:3-alpine PERL_IMAGE=$registry/library/perl:5-slim BUSYBOX_IMAGE=$registry/library/busybox:1.36
fi

# publish SAMPLE [ARGUMENT...]: prints name and digest of each function.
publish() {
  local sample=$1 file; shift
  mkdir "$work/$sample"
  dotnet publish "$sample" --nologo -v:quiet -tl:off "-p:ContainerDigestFile=$work/$sample/" "${properties[@]}" "$@"
  for file in "$work/$sample"/*.digest; do
    [ -s "$file" ] || { echo "samples: $sample gave no digest" >&2; exit 1; }
    echo "$(basename "$file" .digest) $(cat "$file")"
  done
}

publish hello-csharp ${csharp[@]+"${csharp[@]}"}
publish hello-dockerfile
publish hello-stack
