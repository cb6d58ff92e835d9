import type { AgentStatus } from "../../domain/fleets/agent-state.ts";
import { type AgentConfigState, agentConfigStates, agentStatuses } from "../../domain/fleets/agent-state.ts";

type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;
const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((each) => each === value);

/** Leaves out what is undefined, so that an address stays short. */
function compact<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** Where to go after sign-in: a path of this site only, never an address of another. */
export function readReturn(raw: Raw): { return?: string } {
  const path = text(raw.return);
  return path && /^\/(?![/\\])/.test(path) && !path.startsWith("/sign-") ? { return: path } : {};
}

/** As `readReturn`, and what went wrong at an identity provider. */
export function readSignIn(raw: Raw): { return?: string; sso?: string } {
  return { ...readReturn(raw), ...compact({ sso: text(raw.sso) }) };
}

/** What a device shows, out of the link that it shows too. */
export function readDevice(raw: Raw): { code?: string } {
  return compact({ code: text(raw.code) });
}

export const agentSortColumns = ["name", "status", "config", "lastSeen"] as const;
export type AgentSortColumn = (typeof agentSortColumns)[number];

export interface AgentsSearch {
  q?: string;
  status?: AgentStatus;
  config?: AgentConfigState;
  label?: string;
  sort?: AgentSortColumn;
  desc?: boolean;
}

export function readAgentsSearch(raw: Raw): AgentsSearch {
  return compact({
    q: text(raw.q),
    status: oneOf(agentStatuses, raw.status),
    config: oneOf(agentConfigStates, raw.config),
    label: text(raw.label),
    sort: oneOf(agentSortColumns, raw.sort),
    desc: raw.desc === true ? true : undefined,
  });
}

/**
 * The config that a deploy begins with, as the fleet `from` runs it where that is named; or that it only takes today's
 * variables and secrets; or that it brings the package `upgrade` to the agents that `selector` matches.
 */
export interface DeploySearch {
  config?: string;
  from?: string;
  refresh?: boolean;
  upgrade?: string;
  selector?: string;
}

export function readDeploySearch(raw: Raw): DeploySearch {
  return compact({
    upgrade: text(raw.upgrade),
    selector: text(raw.selector),
    config: text(raw.config),
    from: text(raw.from),
    refresh: raw.refresh === true ? true : undefined,
  });
}

/** `session`: one that was asked for before. */
export function readTerminalSearch(raw: Raw): { session?: string } {
  return compact({ session: text(raw.session) });
}

/** What the sessions' list is narrowed to. The server has no state `expired`: these wait, or are approved. */
export const sessionStates = ["awaiting_approval", "approved", "rejected", "open", "ended"] as const;
export interface SessionsSearch {
  agent?: string;
  state?: (typeof sessionStates)[number];
}

export function readSessionsSearch(raw: Raw): SessionsSearch {
  return compact({ agent: text(raw.agent), state: oneOf(sessionStates, raw.state) });
}

export const configTabs = ["edit", "versions", "uses", "settings"] as const;
export interface ConfigSearch {
  tab?: (typeof configTabs)[number];
  /** The versions compared: `from` is the older. */
  from?: number;
  to?: number;
}

export function readConfigSearch(raw: Raw): ConfigSearch {
  const version = (value: unknown) =>
    typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
  return compact({ tab: oneOf(configTabs, raw.tab), from: version(raw.from), to: version(raw.to) });
}

/** What the audit log is narrowed to. */
export interface AuditSearch {
  q?: string;
  action?: string;
  actor?: string;
  target?: string;
  from?: string;
  to?: string;
}

export function readAuditSearch(raw: Raw): AuditSearch {
  const time = (value: unknown) => {
    const at = text(value);
    return at !== undefined && Number.isFinite(Date.parse(at)) ? new Date(at).toISOString() : undefined;
  };
  return compact({
    q: text(raw.q),
    action: text(raw.action),
    actor: text(raw.actor),
    target: text(raw.target),
    from: time(raw.from),
    to: time(raw.to),
  });
}
