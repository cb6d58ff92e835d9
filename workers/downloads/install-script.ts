import type { ReleaseManifest } from "../../protocol/release.ts";

const endpointOf = (origin: string) => `${origin.replace(/^http/, "ws")}/v1/opamp`;

/**
 * The script that `curl -fsSL <origin>/install.sh | sh -s -- --token …` runs: POSIX sh. It names one version and the
 * checksums of its files. Everything is within functions that the last line calls, and that line counts only whole.
 * `origin` must be safe within single quotes.
 */
export function installScript(origin: string, release: ReleaseManifest): string {
  const binaries = release.artifacts.filter(({ kind }) => kind === "binary");
  const sums = binaries.map(({ os, arch, sha256 }) => `    ${os}-${arch}) sum=${sha256} ;;`).join("\n");
  const known = binaries.map(({ os, arch }) => `${os}-${arch}`).join(", ");
  const use = `curl -fsSL ${origin}/install.sh`;
  return `#!/bin/sh
# Installs the Muster agent ${release.version} from ${origin}.
#
# What it does, in this order:
#   1. downloads the agent for this system into a temporary folder;
#   2. compares its SHA-256 with the one that is written in this script, and stops when they differ;
#   3. runs "muster-agent install" from there: it copies itself to its place, writes its settings, makes a service
#      that starts with the host, starts it, and waits until it is connected.
# As root that is for the whole system, with a user of its own for the agent. As anybody else it is for that user
# alone, below the home folder. It changes nothing before the checksum is right, and may be run again.
#
#   ${use} | sudo sh -s -- --token TOKEN      for the whole system
#   ${use} | sh -s -- --token TOKEN           for yourself
#   ${use} | sh -s -- --help                  all options
#   ${use} | sh -s -- --uninstall [--purge]   the way back
set -eu

origin='${origin}'
version='${release.version}'

say() { printf '%s\\n' "$*"; }
fail() {
  printf 'install.sh: %s\\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

usage() {
  cat <<'USAGE'
Installs the Muster agent. Options:
  --token TOKEN      enrolment token, needed once; also as the variable MUSTER_TOKEN
  --token-file FILE  file that holds it
  --endpoint URL     where to dial; default: ${endpointOf(origin)}
  --user             for yourself, without root; the default for everybody but root
  --dry-run          download and check, then only say what would be done
  --uninstall        stop the agent and remove the program; with --purge settings and identity too
  --help             this text
Every other option goes to "muster-agent install": --name NAME, --label KEY=VALUE, --no-start, --service KIND,
--writable FOLDER, --capability NAME, --group NAME.
USAGE
}

platform() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) fail "there is no agent for $(uname -s)" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no agent for $(uname -m)" ;;
  esac
  if [ "$os" = linux ] && have ldd && ldd --version 2>&1 | grep -qi musl; then
    fail "this system uses musl, for which there is no binary: run the agent as a container here"
  fi
  case $os-$arch in
${sums}
    *) fail "$origin has no agent for $os-$arch, only for: ${known}" ;;
  esac
}

download() {
  if have curl; then
    curl -fsSL --retry 3 --connect-timeout 20 -o "$2" "$1"
  elif have wget; then
    wget -q -O "$2" "$1"
  else
    fail "this needs curl or wget"
  fi
}

checksum() {
  if have sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif have shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  elif have openssl; then
    openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
  else
    fail "this needs sha256sum, shasum or openssl to check what it downloads"
  fi
}

# The program that is installed already; empty = there is none.
installed() {
  if [ "$scope" = user ]; then
    program=\${HOME:?}/.local/bin/muster-agent
  elif [ -x /usr/bin/muster-agent ]; then
    program=/usr/bin/muster-agent
  else
    program=/usr/local/bin/muster-agent
  fi
  [ -x "$program" ] || program=
}

# Settings and identity outlive the program that could remove them.
remains() {
  if [ "$scope" = user ]; then
    set -- "\${XDG_CONFIG_HOME:-\${HOME:?}/.config}/muster-agent" "\${XDG_STATE_HOME:-\${HOME:?}/.local/state}/muster-agent"
  else
    set -- /etc/muster-agent /var/lib/muster-agent /var/log/muster-agent /etc/systemd/system/muster-agent.service.d \\
      /etc/sysctl.d/50-muster-agent.conf
  fi
  left=
  for path in "$@"; do
    [ -e "$path" ] || continue
    left="$left $path"
    [ -n "$purge" ] || continue
    if [ -n "$dry" ]; then
      say "would remove $path"
    else
      say "· remove $path"
      rm -rf "$path"
    fi
  done
  [ -n "$left" ] || fail "there is no agent to remove here"
  [ -n "$purge" ] || fail "the program is gone already; --uninstall --purge removes what is left:$left"
  if [ "$scope" = system ] && id muster-agent >/dev/null 2>&1; then
    if [ -n "$dry" ]; then
      say "would remove the user muster-agent"
    else
      say "· remove the user muster-agent"
      userdel muster-agent
    fi
  fi
  [ -n "$dry" ] || say "Nothing of the agent is left here. Its row stays in the fleet until you delete it there."
}

main() {
  scope=system
  endpoint='${endpointOf(origin)}'
  action=install
  token=\${MUSTER_TOKEN:-}
  purge=
  dry=
  [ "$(id -u)" = 0 ] || scope=user
  left=$#
  while [ "$left" -gt 0 ]; do
    left=$((left - 1))
    option=$1
    shift
    case $option in
      --help | -h)
        usage
        exit 0
        ;;
      --uninstall) action=uninstall ;;
      --purge) purge=--purge ;;
      --user) scope=user ;;
      --dry-run) dry=--dry-run ;;
      --token | --token-file | --endpoint)
        [ "$left" -gt 0 ] || fail "$option needs a value"
        left=$((left - 1))
        case $option in
          --token) token=$1 ;;
          --token-file) token=$(cat "$1") || fail "$1 cannot be read" ;;
          --endpoint) endpoint=$1 ;;
        esac
        shift
        ;;
      *) set -- "$@" "$option" ;;
    esac
  done
  as=
  [ "$scope" = system ] || as=--user
  installed

  if [ "$action" = uninstall ]; then
    if [ -z "$program" ]; then
      remains
      return
    fi
    # shellcheck disable=SC2086
    "$program" uninstall $as $purge $dry
    return
  fi

  platform
  if [ -n "$program" ] && { [ "$program" = /usr/bin/muster-agent ] || [ "$(checksum "$program")" = "$sum" ]; }; then
    say "$program is here already ($("$program" --version))."
  else
    folder=$(mktemp -d) || fail "no temporary folder can be made; set TMPDIR"
    trap 'rm -rf "$folder"' EXIT
    trap 'exit 1' HUP INT TERM
    program=$folder/muster-agent
    say "Downloading muster-agent $version for $os-$arch from $origin"
    download "$origin/downloads/$version/muster-agent-$os-$arch" "$program" ||
      fail "the download failed; nothing was changed"
    found=$(checksum "$program")
    [ "$found" = "$sum" ] ||
      fail "the file has another checksum ($found) than this script says ($sum); nothing was changed"
    say "Its checksum is right."
    chmod 0755 "$program"
    "$program" --version >/dev/null 2>&1 ||
      fail "the program does not start here; if $folder is on a file system without programs (noexec), set TMPDIR"
  fi
  if [ "$scope" = user ] && [ "$(id -u)" != 0 ]; then
    say "Installing for $(id -un) alone. For the whole system, run this as root."
  fi
  export MUSTER_TOKEN="$token"
  # shellcheck disable=SC2086
  "$program" install --endpoint "$endpoint" $as $dry "$@"
}

{ main "$@"; exit; }
`;
}

/** What there is to say where no release was published. */
export function noReleaseScript(origin: string): string {
  return `#!/bin/sh
echo 'install.sh: ${origin} has no release of the agent yet. Whoever runs it makes one with: npm run release -- --publish' >&2
exit 1
`;
}
