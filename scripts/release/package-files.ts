import { systemPlaces } from "../../agent/service/places.ts";
import { serviceScript } from "../../agent/service/script.ts";
import { systemUnit } from "../../agent/service/systemd.ts";

/** What a Debian or RPM package puts on a host beside the binary. */
export interface PackageFile {
  /** From the root of the host, without the slash. */
  path: string;
  mode: number;
  text: string;
  /** A package's upgrade leaves what a person changed in it. */
  config: boolean;
}

const places = systemPlaces(() => true);

const exampleSettings = `# What /etc/muster-agent/agent.yaml may look like. \`muster-agent install\` writes the first lines;
# \`muster-agent run --help\` lists everything.
endpoint: wss://muster.example/v1/opamp
name: web-1
labels:
  role: web
stateDir: ${places.stateDir}
supervise:
  command: haproxy
  args: [-W, -db, -f, "{configDir}/haproxy.cfg"]
  validate: {command: [haproxy, -c, -f, "{configDir}/haproxy.cfg"]}
  reload: {signal: SIGUSR2}
`;

const manual = (version: string, date: string) => `.TH MUSTER-AGENT 1 "${date}" "muster-agent ${version}"
.SH NAME
muster-agent \\- keep this host's program on the config of its Muster fleet
.SH SYNOPSIS
.B muster-agent
.I install\\fR|\\fIrun\\fR|\\fIstatus\\fR|\\fIdoctor\\fR|\\fIuninstall
[options]
.SH DESCRIPTION
The agent dials Muster over OpAMP, accepts no connection from outside, keeps one program running, and moves it from
config to config: staged, checked by the program itself, swapped, reloaded, verified, and otherwise put back.
.PP
Enrol a host with
.B muster-agent install --endpoint wss://HOST/v1/opamp --token TOKEN
as root. Each command explains itself with
.BR --help .
.SH FILES
.TP
.I ${places.settings}
settings
.TP
.I ${places.environment}
the enrolment token, read by whoever starts the agent
.TP
.I ${places.stateDir}
identity, credential and last good config
`;

const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: muster-agent

Files: *
Copyright: the authors of Muster
License: Apache-2.0

License: Apache-2.0
 On Debian systems the whole text is in /usr/share/common-licenses/Apache-2.0.
`;

export function packageFiles(version: string, date: string): PackageFile[] {
  return [
    {
      path: "usr/lib/systemd/system/muster-agent.service",
      mode: 0o644,
      text: systemUnit(places),
      config: false,
    },
    { path: "etc/init.d/muster-agent", mode: 0o755, text: serviceScript(places), config: true },
    { path: "usr/share/doc/muster-agent/copyright", mode: 0o644, text: copyright, config: false },
    {
      path: "usr/share/doc/muster-agent/examples/agent.yaml",
      mode: 0o644,
      text: exampleSettings,
      config: false,
    },
    { path: "usr/share/man/man1/muster-agent.1", mode: 0o644, text: manual(version, date), config: false },
  ];
}

/** Runs as root on the host. The agent is not started before it is told where to dial (`muster-agent install`). */
const makeUser = `if ! id -u muster-agent >/dev/null 2>&1; then
  useradd --system --user-group --no-create-home --home-dir ${places.stateDir} --shell /usr/sbin/nologin muster-agent
fi
`;

const afterFiles = `if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
fi
`;

const restartIfRunning = `if [ -d /run/systemd/system ]; then
  systemctl try-restart muster-agent.service || true
elif /etc/init.d/muster-agent status >/dev/null 2>&1; then
  /etc/init.d/muster-agent restart >/dev/null || true
fi
`;

const stop = `if [ -d /run/systemd/system ]; then
  systemctl disable --now muster-agent.service >/dev/null 2>&1 || true
elif [ -x /etc/init.d/muster-agent ]; then
  /etc/init.d/muster-agent stop >/dev/null || true
fi
${places.binary} stop-program >/dev/null 2>&1 || true
`;

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, "  ");

/** The scripts of a Debian package, by their names. */
export const debScripts: Record<string, string> = {
  postinst: `#!/bin/sh
set -e
if [ "$1" = configure ]; then
${indented(makeUser + afterFiles)}  if [ -n "\${2:-}" ]; then
${indented(indented(restartIfRunning))}  fi
fi
`,
  prerm: `#!/bin/sh
set -e
if [ "$1" = remove ]; then
${indented(stop)}fi
`,
  postrm: `#!/bin/sh
set -e
${afterFiles}if [ "$1" = purge ]; then
  if command -v update-rc.d >/dev/null 2>&1; then
    update-rc.d muster-agent remove >/dev/null 2>&1 || true
  fi
  rm -rf ${places.configFolder} ${places.stateDir} /var/log/muster-agent ${places.dropIn?.replace(/\/[^/]+$/, "")} ${places.sysctl}
  if id -u muster-agent >/dev/null 2>&1 && command -v userdel >/dev/null 2>&1; then
    userdel muster-agent || true
  fi
fi
`,
};

/** The same for RPM; `$1` is how many versions stay. Erasing leaves settings and state, as RPM does. */
export const rpmScripts = {
  pre: makeUser,
  post: afterFiles,
  preun: `if [ "$1" = 0 ]; then\n${indented(stop)}fi\n`,
  postun: `${afterFiles}if [ "$1" -ge 1 ]; then\n${indented(restartIfRunning)}fi\n`,
};
