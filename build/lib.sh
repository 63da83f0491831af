# Sourced by the scripts beside it. Says what it does, installs only from Debian, and is safe to run twice.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# require_sdk: the .NET SDK is the one thing that is asked for, never installed.
require_sdk() {
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: 'dotnet' is not in PATH"
    dotnet --list-sdks | grep -q '^10\.' || fail "the .NET 10 SDK is missing: 'dotnet --list-sdks' names no 10.x"
}

is_installed() { dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this needs root: $* (neither root nor sudo is at hand)"
    fi
}

# require_packages NAME...: installs the Debian packages that are missing, or names them where that can't be done.
require_packages() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this is not a Debian system; install what these Debian packages hold and build by hand: $*"
    fi

    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done

    if [ ${#missing[@]} -gt 0 ]; then
        say "installing from Debian: ${missing[*]}"
        refresh_package_lists
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
    fi
}

# refresh_package_lists: at most once per run; apt-get download needs them for the guest's kernel.
refresh_package_lists() {
    if [ -z "${package_lists_fresh:-}" ]; then
        say "refreshing Debian's package lists"
        as_root apt-get update -q >&2
        package_lists_fresh=1
    fi
}

# require_package_lists: the guest's kernel and busybox are downloaded, not installed, and that needs apt to know them.
require_package_lists() {
    apt-cache show linux-image-cloud-amd64 busybox-static >/dev/null 2>&1 || refresh_package_lists
}
