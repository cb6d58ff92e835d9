/** Capability bits and the names people see. */

export const agentCapability = {
  ReportsStatus: 0x1,
  AcceptsRemoteConfig: 0x2,
  ReportsEffectiveConfig: 0x4,
  AcceptsPackages: 0x8,
  ReportsPackageStatuses: 0x10,
  ReportsOwnTraces: 0x20,
  ReportsOwnMetrics: 0x40,
  ReportsOwnLogs: 0x80,
  AcceptsOpAMPConnectionSettings: 0x100,
  AcceptsOtherConnectionSettings: 0x200,
  AcceptsRestartCommand: 0x400,
  ReportsHealth: 0x800,
  ReportsRemoteConfig: 0x1000,
  ReportsHeartbeat: 0x2000,
  ReportsAvailableComponents: 0x4000,
  ReportsConnectionSettingsStatus: 0x8000,
} as const;
export type AgentCapabilityName = keyof typeof agentCapability;

export const serverCapability = {
  AcceptsStatus: 0x1,
  OffersRemoteConfig: 0x2,
  AcceptsEffectiveConfig: 0x4,
  OffersPackages: 0x8,
  AcceptsPackagesStatus: 0x10,
  OffersConnectionSettings: 0x20,
  AcceptsConnectionSettingsRequest: 0x40,
} as const;

/** What this server does. */
export const serverCapabilities =
  serverCapability.AcceptsStatus |
  serverCapability.OffersRemoteConfig |
  serverCapability.AcceptsEffectiveConfig |
  serverCapability.OffersPackages |
  serverCapability.AcceptsPackagesStatus |
  serverCapability.OffersConnectionSettings;

export const reportFullState = 0x1;
export const reportAvailableComponents = 0x2;
export const requestInstanceUid = 0x1;

export function hasCapability(bits: number, name: AgentCapabilityName): boolean {
  return (bits & agentCapability[name]) !== 0;
}

export function capabilityNames(bits: number): AgentCapabilityName[] {
  return (Object.keys(agentCapability) as AgentCapabilityName[]).filter((name) => hasCapability(bits, name));
}

export function capabilityBits(names: readonly AgentCapabilityName[]): number {
  return names.reduce((bits, name) => bits | agentCapability[name], 0);
}
