import type { Places } from "./places.ts";
import { leavesVariable } from "./termination.ts";

/** What the agent may do beyond its unit, because the program that it keeps running needs it. */
export interface Rights {
  /** Folders outside its own that it may write, such as `/etc/haproxy`. */
  writable: readonly string[];
  /** Such as `CAP_NET_BIND_SERVICE`. */
  capabilities: readonly string[];
  /** Such as `docker`. */
  groups: readonly string[];
}

export const noRights: Rights = { writable: [], capabilities: [], groups: [] };

/**
 * Each directive takes away what the agent never needs; what the supervised program does need comes back by `Rights`,
 * in a file beside. Not there on purpose: MemoryDenyWriteExecute (the runtime compiles code while it runs), PrivateUsers
 * (a named capability would count for nothing), PrivateNetwork and ProtectProc (it reports the host's network and
 * processes), RemoveIPC (it would take what a program shares with its workers while that outlives the agent).
 */
const hardening = `NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
LimitCORE=0
LimitNOFILE=65536`;

/**
 * `process`, and the variable: a program, and what holds containers' ports, stay while the agent is restarted, upgraded or
 * stopped. When the host goes down the agent ends its program itself, in order.
 */
const running = `Restart=always
RestartSec=5
KillMode=process
Environment=${leavesVariable}=yes
TimeoutStopSec=45`;

const about = `Description=Muster agent
Documentation=man:muster-agent(1)`;

/** The bus goes after the agent, which asks on it whether the host goes down. */
export function systemUnit({ binary, settings, environment, runAs }: Places): string {
  return `[Unit]
${about}
Wants=network-online.target
After=network-online.target dbus.service
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStartPre=+-${binary} forget-token --config ${settings}
ExecStart=${binary} run --config ${settings}
EnvironmentFile=-${environment}
User=${runAs}
Group=${runAs}
StateDirectory=muster-agent
StateDirectoryMode=0700
WorkingDirectory=/var/lib/muster-agent
${running}
${hardening}

[Install]
WantedBy=multi-user.target
`;
}

/** The user's own manager cannot take away what only root could give; what is left is what it can. */
export function userUnit({ binary, settings, environment }: Places): string {
  return `[Unit]
${about}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStartPre=-${binary} forget-token --config ${settings}
ExecStart=${binary} run --config ${settings}
EnvironmentFile=-${environment}
${running}
NoNewPrivileges=yes
UMask=0077
LimitCORE=0

[Install]
WantedBy=default.target
`;
}

/** The file beside the unit that gives `rights` back; null = there are none to give. */
export function rightsDropIn({ writable, capabilities, groups }: Rights): string | null {
  const lines = [
    ...writable.map((folder) => `ReadWritePaths=${folder}`),
    ...(capabilities.length > 0
      ? [`CapabilityBoundingSet=${capabilities.join(" ")}`, `AmbientCapabilities=${capabilities.join(" ")}`]
      : []),
    ...(groups.length > 0 ? [`SupplementaryGroups=${groups.join(" ")}`] : []),
  ];
  return lines.length === 0 ? null : `[Service]\n${lines.join("\n")}\n`;
}
