#!/usr/bin/env bash
# Builds and tests a .NET project that uses Mayfly on a CI machine: Debian 12, or a container of it, with the .NET 10 SDK.
# Installs what is missing where it may, says so where it may not, and is safe to run twice.
#
#   build.sh [PROJECT]      a project, a solution, or a folder with one; default: the current folder
#
#   MAYFLY_CACHE    what is kept from one job to the next; default ./.mayfly-cache
#   MAYFLY_LOGS     what is to be looked at where the job fails; default ./mayfly-logs
#   MAYFLY_TOOLS    where the mayfly command is installed; default ./.mayfly-tools
#   MAYFLY_VERSION  its version; default the newest
#   MAYFLY_KEEP     "templates": keep copies of frozen machines in the cache too, up to 4 GiB
set -euo pipefail

project=${1:-.}
export MAYFLY_CACHE=${MAYFLY_CACHE:-$PWD/.mayfly-cache}
logs=${MAYFLY_LOGS:-$PWD/mayfly-logs}
tools=${MAYFLY_TOOLS:-$PWD/.mayfly-tools}

# A test that can't have a machine fails instead of being skipped, and what it leaves is found with the logs.
export MAYFLY_REQUIRE=1
export MAYFLY_ARTIFACTS="$logs/guests"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# A container knows nothing of the CI system around it, which reads the log for commands all the same.
export CI="${CI:-true}"

say() { printf '== %s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
        sudo "$@"
    else
        fail "this needs root, and neither root nor sudo is at hand; put it into the image of the job: $*"
    fi
}

# qemu-system-x86 runs the machines, lz4 unpacks their kernel, erofs-utils makes their layers; the others are for .NET itself.
require_packages() {
    local missing=() name
    command -v apt-get > /dev/null || fail "this is not Debian; install QEMU, lz4 and erofs-utils, and see README.md for the kernel"
    for name in qemu-system-x86 lz4 erofs-utils ca-certificates libssl3 libstdc++6 zlib1g; do
        dpkg-query -W -f='${db:Status-Status}' "$name" 2> /dev/null | grep -qx installed || missing+=("$name")
    done

    # The kernel and busybox of the machines are downloaded by Mayfly, for which apt must know them.
    if [ ${#missing[@]} -gt 0 ] || ! apt-cache show linux-image-cloud-amd64 busybox-static > /dev/null 2>&1; then
        as_root apt-get update -q
    fi

    if [ ${#missing[@]} -gt 0 ]; then
        say "installing from Debian: ${missing[*]}"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
    fi
}

require_sdk() {
    if ! command -v dotnet > /dev/null && [ -x /usr/share/dotnet/dotnet ]; then
        export PATH="$PATH:/usr/share/dotnet"
    fi

    command -v dotnet > /dev/null || fail "the .NET 10 SDK is missing: 'dotnet' is not in PATH"
    ldconfig -p | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

require_tool() {
    export PATH="$tools:$PATH"
    if [ ! -x "$tools/mayfly" ]; then
        say "installing the mayfly command"
        dotnet tool install Mayfly.Cli --tool-path "$tools" ${MAYFLY_VERSION:+--version "$MAYFLY_VERSION"}
    fi
}

# What CI systems restore is often another user's and open to everybody, and sandboxes boot what lies in it.
open_cache() {
    mkdir -p "$MAYFLY_CACHE" "$logs"
    [ "$(id -u)" != 0 ] || chown -R 0:0 "$MAYFLY_CACHE"
    chmod -R go-rwx "$MAYFLY_CACHE"
    say "the cache $MAYFLY_CACHE holds $(du -sh "$MAYFLY_CACHE" | cut -f1)"
}

tell_acceleration() {
    if [ ! -e /dev/kvm ]; then
        say "no /dev/kvm: machines are emulated, which works and takes longer"
    elif [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
        say "/dev/kvm is not for $(id -un): machines are emulated, which works and takes longer; see README.md"
    fi
}

close_cache() {
    if [ "${MAYFLY_KEEP:-}" = templates ]; then
        mayfly cache prune
    else
        mayfly cache prune --templates --all
        mayfly cache prune
    fi

    mayfly cache ls > "$logs/cache.txt"
}

require_packages
require_sdk
require_tool
open_cache
tell_acceleration

say "looking whether machines can be started here"
mayfly doctor | tee "$logs/doctor.txt"
mayfly inventory --save "$logs/inventory.json"

status=0
say "building"
dotnet build "$project" -nodeReuse:false "-bl:$logs/build.binlog" || status=$?
if [ "$status" = 0 ]; then
    say "testing"
    dotnet test "$project" --no-build -nodeReuse:false --logger trx --results-directory "$logs/tests" || status=$?
fi

say "looking for what is left"
mayfly inventory --since "$logs/inventory.json" --wait 10s || status=1
close_cache
[ "$status" = 0 ] || say "failed; the logs are in $logs"
exit "$status"
