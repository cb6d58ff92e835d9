/** Words for one agent as the fleet sees it. */
export const agentStatuses = ["online", "offline", "revoked"] as const;
export type AgentStatus = (typeof agentStatuses)[number];

/** What is known of the agent's remote config against what Muster wants it to run. */
export const agentConfigStates = [
  /** Nothing is assigned to this agent. */
  "none",
  /** Wanted and reported hashes are equal, reported APPLIED. */
  "in_sync",
  /** Offered, no answer yet. */
  "offered",
  /** The agent said APPLYING. */
  "applying",
  /** The agent said FAILED for the wanted hash; it is latched and not offered again. */
  "failed",
  /** Wanted differs from reported, and nothing has been offered (offline, waiting for its wave, or no capability). */
  "pending",
] as const;
export type AgentConfigState = (typeof agentConfigStates)[number];

/** How the agent proves who it is. */
export const agentCredentialKinds = ["agent", "enrollment_token"] as const;
export type AgentCredentialKind = (typeof agentCredentialKinds)[number];

export const agentTransports = ["websocket", "http"] as const;
export type AgentTransport = (typeof agentTransports)[number];

/** Where one package of an agent stands, as the agent reports it. */
export const agentPackageStates = [
  "installed",
  "install_pending",
  "installing",
  "install_failed",
  "downloading",
] as const;
export type AgentPackageState = (typeof agentPackageStates)[number];

export type Labels = Record<string, string>;
