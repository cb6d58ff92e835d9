import type { Places } from "./places.ts";
import { leavesVariable } from "./termination.ts";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const ownEnvironment = ({ stateDir }: Places) => `
# What a person's shell or a package manager adds would make the agent's program another one at a restart.
if [ "\${1:-}" != keep ] && [ -z "\${MUSTER_AGENT_ENVIRONMENT:-}" ] && [ -f "$0" ]; then
  exec env -i MUSTER_AGENT_ENVIRONMENT=own PATH=${path} HOME=${quoted(stateDir)} /bin/sh "$0" "$@"
fi
unset MUSTER_AGENT_ENVIRONMENT
`;

/**
 * The service where there is no systemd: `start`, `stop`, `restart`, `status`. `keep` is what stays: it starts the agent
 * again when it ends, each time later, up to a minute; the agent's program stays through it. As root it is an init script and
 * the agent runs as `runAs`.
 */
export function serviceScript(places: Places): string {
  return `#!/bin/sh
### BEGIN INIT INFO
# Provides:          muster-agent
# Required-Start:    $remote_fs $network
# Required-Stop:     $remote_fs $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Muster agent
# Description:       Keeps this host's program on the config of its Muster fleet.
### END INIT INFO
# chkconfig: 2345 90 10
# Written by muster-agent; "muster-agent install" writes it again.
set -u
umask 077
${places.runAs === null ? "" : ownEnvironment(places)}
BINARY=${quoted(places.binary)}
SETTINGS=${quoted(places.settings)}
ENVIRONMENT=${quoted(places.environment)}
LOG=${quoted(places.log)}
PID_FILE=${quoted(places.pidFile)}
RUN_AS=${quoted(places.runAs ?? "")}
RIGHTS=${quoted(places.scriptRights ?? "")}
SELF=$0
case $SELF in /*) ;; *) SELF=$PWD/$SELF ;; esac

keep() {
  child=
  wanted=yes
  trap 'wanted=no; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT
  trap '' HUP
  export ${leavesVariable}=yes
  delay=1
  while [ "$wanted" = yes ]; do
    began=$(date +%s)
    "$BINARY" run --config "$SETTINGS" --log-file "$LOG" </dev/null >>"$LOG" 2>&1 &
    child=$!
    # A trap interrupts the wait: it is over when the agent is.
    while kill -0 "$child" 2>/dev/null; do wait "$child"; done
    child=
    [ "$wanted" = yes ] || break
    [ $(($(date +%s) - began)) -lt 60 ] || delay=1
    sleep "$delay" &
    child=$!
    wait "$child"
    child=
    delay=$((delay * 2))
    [ "$delay" -le 60 ] || delay=60
  done
}

# The number may be another program's by now.
running() {
  pid=$(cat "$PID_FILE" 2>/dev/null) || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  kill -0 "$pid" 2>/dev/null || return 1
  if [ -r "/proc/$pid/cmdline" ]; then
    tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -q 'muster-agent.* keep'
  elif command -v ps >/dev/null 2>&1; then
    ps -o command= -p "$pid" | grep -q 'muster-agent.* keep'
  fi
}

# Reads the settings as the agent would, and says what is wrong with them.
check() {
  (
    if [ -f "$ENVIRONMENT" ]; then
      set -a
      # shellcheck source=/dev/null
      . "$ENVIRONMENT"
      set +a
    fi
    "$BINARY" run --config "$SETTINGS" --check
  ) || {
    echo "muster-agent: nothing was changed, what ran still runs" >&2
    return 6
  }
}

# In a session of its own, so that it outlives the terminal; macOS knows no setsid.
apart() {
  if command -v setsid >/dev/null 2>&1; then
    exec setsid "$@"
  else
    exec nohup "$@"
  fi
}

start() {
  if running; then
    echo "muster-agent runs already (pid $pid)"
    return 0
  fi
  if [ ! -x "$BINARY" ]; then
    echo "muster-agent: $BINARY is not there" >&2
    return 5
  fi
  if [ ! -f "$SETTINGS" ] || ! grep -q '^endpoint:' "$SETTINGS"; then
    echo "muster-agent: $SETTINGS names no endpoint yet; run: muster-agent install --help" >&2
    return 6
  fi
  # The agent itself may not remove the token that it needed once.
  [ ! -f "$ENVIRONMENT" ] || "$BINARY" forget-token --config "$SETTINGS" >/dev/null 2>&1 || :
  if [ -f "$ENVIRONMENT" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$ENVIRONMENT"
    set +a
  fi
  mkdir -p "$(dirname "$LOG")" "$(dirname "$PID_FILE")"
  if [ -n "$RUN_AS" ] && [ "$(id -u)" = 0 ]; then
    chown "$RUN_AS" "$(dirname "$LOG")"
    capabilities=
    groups=
    # shellcheck source=/dev/null
    [ ! -f "$RIGHTS" ] || . "$RIGHTS"
    set -- --reuid="$RUN_AS" --regid="$RUN_AS" --no-new-privs
    if [ -n "$groups" ]; then
      set -- "$@" --groups="$(id -G "$RUN_AS" | tr ' ' ','),$groups"
    else
      set -- "$@" --init-groups
    fi
    if [ -n "$capabilities" ]; then
      set -- "$@" --inh-caps="$capabilities" --ambient-caps="$capabilities" --bounding-set="-all,$capabilities"
    fi
    apart setpriv "$@" /bin/sh "$SELF" keep </dev/null >/dev/null 2>&1 &
  else
    apart /bin/sh "$SELF" keep </dev/null >/dev/null 2>&1 &
  fi
  echo $! >"$PID_FILE"
  echo "muster-agent started; its log is $LOG"
}

stop() {
  if ! running; then
    rm -f "$PID_FILE"
    echo "muster-agent does not run"
    return 0
  fi
  kill -TERM "$pid"
  left=450
  while kill -0 "$pid" 2>/dev/null && [ "$left" -gt 0 ]; do
    sleep 0.1
    left=$((left - 1))
  done
  if kill -0 "$pid" 2>/dev/null; then
    kill -KILL -- "-$pid" 2>/dev/null || {
      pkill -KILL -P "$pid" 2>/dev/null
      kill -KILL "$pid"
    }
  fi
  rm -f "$PID_FILE"
  echo "muster-agent stopped"
}

case \${1:-} in
  start) start ;;
  stop) stop ;;
  restart | force-reload) check && stop && start ;;
  status)
    if running; then
      code=0
      "$BINARY" status --config "$SETTINGS" >/dev/null 2>&1 || code=$?
      if [ "$code" = 3 ]; then
        echo "muster-agent does not run, and is started again and again (by pid $pid); its log says why it ends: $LOG"
        exit 1
      fi
      echo "muster-agent runs (pid $pid)"
    else
      echo "muster-agent does not run"
      exit 3
    fi
    ;;
  keep) keep ;;
  *)
    echo "use: $0 start|stop|restart|status" >&2
    exit 2
    ;;
esac
`;
}
