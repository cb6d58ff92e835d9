/** Ids are `prefix_ULID`: stable, sortable by creation time, never reused. */
export const idPrefixes = {
  organization: "org",
  user: "usr",
  membership: "mem",
  session: "ses",
  apiKey: "key",
  project: "prj",
  environment: "env",
  fleet: "flt",
  agent: "agt",
  config: "cfg",
  configVersion: "ver",
  release: "rel",
  rollout: "rol",
  enrollmentToken: "tok",
  event: "evt",
  auditEvent: "aud",
  ledgerEntry: "led",
  invoice: "inv",
  receipt: "rcp",
  request: "req",
  invitation: "ivt",
  team: "tea",
  role: "rle",
  binding: "bnd",
  serviceAccount: "sva",
  ssoConnection: "sso",
  ssoDomain: "dom",
  identity: "idn",
  passkey: "psk",
  accountToken: "act",
  accountEvent: "ace",
  deviceGrant: "dvc",
  mail: "mai",
  variable: "var",
  secret: "sec",
  secretVersion: "sev",
  organizationKey: "oky",
  configLabel: "lbl",
  template: "tpl",
  templateVersion: "tpv",
  stream: "str",
  restart: "rst",
} as const;

export type IdKind = keyof typeof idPrefixes;
export type IdPrefix = (typeof idPrefixes)[IdKind];
export type Id<K extends IdKind> = `${(typeof idPrefixes)[K]}_${string}`;

export type OrganizationId = Id<"organization">;
export type UserId = Id<"user">;
export type ApiKeyId = Id<"apiKey">;
export type ProjectId = Id<"project">;
export type EnvironmentId = Id<"environment">;
export type FleetId = Id<"fleet">;
export type AgentId = Id<"agent">;
export type ConfigId = Id<"config">;
export type ConfigVersionId = Id<"configVersion">;
export type ReleaseId = Id<"release">;
export type RolloutId = Id<"rollout">;
export type EnrollmentTokenId = Id<"enrollmentToken">;
export type EventId = Id<"event">;
export type TeamId = Id<"team">;
export type RoleId = Id<"role">;
export type ServiceAccountId = Id<"serviceAccount">;
export type SessionId = Id<"session">;
export type StreamId = Id<"stream">;
export type RestartId = Id<"restart">;

/** Crockford base 32, as the ULID specification has it. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** 48 bits of time and 80 bits of `random` (10 bytes) as 26 characters. */
export function ulid(nowMs: number, random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError("ulid needs 10 random bytes");
  return encodeTime(nowMs) + encodeBytes(random);
}

/** The least ULID of a moment: what was made before it is less, what was made since is not. */
export const ulidFloor = (ms: number): string => encodeTime(ms) + "0".repeat(16);

function encodeTime(nowMs: number): string {
  let text = "";
  for (let rest = Math.floor(nowMs), i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
    text = alphabet.charAt(rest % 32) + text;
  }
  return text;
}

/** Whole groups of 5 bits only: the number of bytes must be a multiple of 5. */
function encodeBytes(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 5; held -= 5) text += alphabet.charAt((bits >> (held - 5)) & 31);
    bits &= (1 << held) - 1;
  }
  return text;
}

export function makeId<K extends IdKind>(kind: K, nowMs: number, random: Uint8Array): Id<K> {
  return `${idPrefixes[kind]}_${ulid(nowMs, random)}`;
}

const tagLength = 8;

/**
 * An agent's id says where it lives: 10 characters of time, the last 8 of its fleet's id (the tag), and 40 bits of
 * `random` (5 bytes) as 8 characters. Unique only among the agents of its fleet: the fleet's object must check.
 */
export function makeAgentId(fleetId: FleetId, nowMs: number, random: Uint8Array): AgentId {
  if (random.length !== 5) throw new RangeError("an agent's id needs 5 random bytes");
  return `agt_${encodeTime(nowMs)}${fleetTag(fleetId)}${encodeBytes(random)}`;
}

/** What an agent's id tells of its fleet: the last characters of the fleet's id. Two fleets may share a tag. */
export function fleetTagOf(agentId: AgentId): string {
  return agentId.slice(-2 * tagLength, -tagLength);
}

export function fleetTag(fleetId: FleetId): string {
  return fleetId.slice(-tagLength);
}

export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  const prefix = `${idPrefixes[kind]}_`;
  return text.startsWith(prefix) && ulidPattern.test(text.slice(prefix.length));
}

/** The next ULID in order after `previous`, for ids that must rise within one millisecond. */
export function ulidAfter(previous: string, nowMs: number, random: Uint8Array): string {
  const fresh = ulid(nowMs, random);
  if (fresh > previous) return fresh;
  // One more than `previous`: its last character that has a successor rises, those after it begin anew.
  let at = previous.length - 1;
  while (previous[at] === "Z") at--;
  const risen = alphabet.charAt(alphabet.indexOf(previous.charAt(at)) + 1);
  return previous.slice(0, at) + risen + "0".repeat(previous.length - 1 - at);
}
