#!/usr/bin/env bash
# Makes a base image from Debian packages and this machine's .NET, and pushes it: for machines that reach no public registry.
#
#   tests/base-image.sh dotnet|busybox|python|perl|kaniko-stand-in HOST:PORT/REPOSITORY:TAG [--folder DIR]
#
# dotnet   C library, OpenSSL, certificates and time zones of this Debian, ASP.NET Core of this machine, user app (1654)
# busybox  a static busybox with a link for each of its commands
# python   C library and this Debian's Python 3 with its standard library, without a shell
# perl     C library and this Debian's perl-base, without a shell
# kaniko-stand-in  StandInTools/kaniko-executor.sh as /kaniko/executor, with this Debian's buildah
# --folder keeps the finished image for the next call; without it a temporary folder is used.
# The registry is spoken to over plain http: it is meant to be on this machine.
set -euo pipefail

kind=${1:-} reference=${2:-} folder=''
case "$kind" in dotnet | busybox | python | perl | kaniko-stand-in) ;; *) sed -n 2,13p "$0" >&2; exit 2 ;; esac
[ -n "$reference" ] || { sed -n 2,13p "$0" >&2; exit 2; }
[ "${3:-}" != --folder ] || folder=$4

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "$folder" ] || folder=$work/keep
mkdir -p "$folder"
image=$folder/$kind

install_missing() {
  local missing=() pair
  for pair in "$@"; do command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# unpack PACKAGE...: the files of Debian packages, without installing them.
unpack() {
  mkdir -p "$work/packages"
  (cd "$work/packages" && { apt-get download -qq "$@" >/dev/null 2>&1 || { apt-get update -qq >&2; apt-get download -qq "$@" >/dev/null; }; })
  local package
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$root"; done
}

make_dotnet() {
  unpack libc6 libgcc-s1 libstdc++6 zlib1g libssl3 ca-certificates tzdata
  mkdir -p "$root"/etc/ssl/certs "$root"/tmp "$root"/home/app "$root"/usr/bin "$root"/root
  find "$root/usr/share/ca-certificates" -name '*.crt' -print0 | sort -z | xargs -0 cat >"$root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$root"/usr/share/doc "$root"/usr/share/lintian "$root"/usr/share/man
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\napp:x:1654:\n' >"$root/etc/group"
  local installed target=$root/usr/share/dotnet name version
  installed=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir -p "$target/shared"
  cp "$installed/dotnet" "$target/"
  for name in host shared/Microsoft.NETCore.App shared/Microsoft.AspNetCore.App; do
    mkdir -p "$target/$name"
    if [ "$name" = host ]; then cp -R "$installed/host/." "$target/host/"; continue; fi
    version=$(ls "$installed/$name" | grep '^10\.' | sort -V | tail -1)
    cp -R "$installed/$name/$version" "$target/$name/"
  done
  ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
  config='{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","APP_UID=1654","ASPNETCORE_HTTP_PORTS=8080","DOTNET_RUNNING_IN_CONTAINER=true","DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"]}'
}

make_busybox() {
  mkdir -p "$root/bin" "$root/tmp" "$root/etc"
  chmod 1777 "$root/tmp"
  unpack busybox-static
  rm -rf "$root/usr/share"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  local command
  for command in $("$root/bin/busybox" --list); do
    [ -e "$root/bin/$command" ] || ln -s busybox "$root/bin/$command"
  done
  config='{"Env":["PATH=/bin"],"Cmd":["sh"]}'
}

# interpreter PACKAGE...: the C library and these packages, without what only people read, and a user nobody.
interpreter() {
  unpack libc6 libgcc-s1 libcrypt1 zlib1g "$@"
  mkdir -p "$root/etc" "$root/tmp"
  chmod 1777 "$root/tmp"
  rm -rf "$root"/usr/share/{applications,doc,doc-base,lintian,man,pixmaps} "$root"/usr/lib/*/gconv
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
}

# python_package: the package that this Debian's python3 stands for, python3.11.
# All is read before the first is taken: a reader that leaves early fails the pipe now and then.
python_package() {
  local names
  names=$(apt-cache depends python3-minimal 2>/dev/null | grep -oE 'python3\.[0-9]+') && echo "${names%%$'\n'*}"
}

make_python() {
  local version
  version=$(python_package) || { apt-get update -qq >&2; version=$(python_package); } ||
    { echo "base-image.sh: the package lists of this machine name no Python 3" >&2; exit 1; }
  interpreter "$version-minimal" "lib$version-minimal" "lib$version-stdlib" libexpat1 libssl3 libbz2-1.0 liblzma5 libffi8
  ln -s "$version" "$root/usr/bin/python3"
  config='{"Env":["PATH=/usr/local/bin:/usr/bin:/bin","LANG=C.UTF-8"],"Cmd":["python3"]}'
}

make_perl() {
  interpreter perl-base
  config='{"Env":["PATH=/usr/local/bin:/usr/bin:/bin"],"Cmd":["perl"]}'
}

make_kaniko-stand-in() {
  unpack busybox-static buildah libc6 libgcc-s1 libgpgme11 libassuan0 libgpg-error0 libseccomp2 libdevmapper1.02.1 libselinux1 libudev1 libpcre2-8-0
  mkdir -p "$root"/etc/containers "$root"/var/tmp "$root"/var/lib/containers "$root"/tmp "$root"/root "$root"/workspace "$root"/kaniko/.stand-in "$root"/kaniko/.docker "$root"/kaniko/ssl/certs
  rm -rf "$root"/usr/share "$root"/etc/default "$root"/usr/lib/*/gconv
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\n' >"$root/etc/group"
  cp "$here/StandInTools/kaniko-executor.sh" "$root/kaniko/executor"
  local command
  for command in $("$root/bin/busybox" --list); do
    [ -e "$root/bin/$command" ] || ln -s busybox "$root/bin/$command"
  done
  config='{"Env":["PATH=/usr/local/bin:/kaniko:/usr/bin:/bin","HOME=/root","DOCKER_CONFIG=/kaniko/.docker/","SSL_CERT_DIR=/kaniko/ssl/certs"],"WorkingDir":"/workspace","Entrypoint":["/kaniko/executor"]}'
}

# put FILE: moves a file into the layout's blobs; prints "sha256:… size".
put() {
  local digest; digest=$(sha256sum "$1" | cut -d' ' -f1)
  printf '"digest":"sha256:%s","size":%s' "$digest" "$(stat -c %s "$1")"
  mv "$1" "$layout/blobs/sha256/$digest"
}

make_layout() {
  local architecture diff layer manifest
  architecture=$(dpkg --print-architecture)
  mkdir -p "$layout/blobs/sha256"
  tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -cf "$work/layer.tar" .
  diff=sha256:$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  gzip -n -1 "$work/layer.tar"
  layer=$(put "$work/layer.tar.gz")
  printf '{"architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":["%s"]}}' "$architecture" "$config" "$diff" >"$work/config"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",%s}]}' \
    "$(put "$work/config")" "$layer" >"$work/manifest"
  manifest=$(put "$work/manifest")
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s,"annotations":{"org.opencontainers.image.ref.name":"base"}}]}' "$manifest" >"$layout/index.json"
  echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
}

install_missing skopeo=skopeo
if [ ! -d "$image" ]; then
  root=$work/root layout=$work/layout config=''
  mkdir -p "$root"
  "make_$kind"
  make_layout
  mv -T "$layout" "$image" 2>/dev/null || [ -d "$image" ]
fi
skopeo copy -q --dest-tls-verify=false "oci:$image:base" "docker://$reference" >&2
