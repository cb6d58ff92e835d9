/** Every event type. `history` events leave the object through the outbox; `object` events stay in it, bounded. */
export const eventTypes = {
  "agent.enrolled": "object",
  "agent.connected": "object",
  "agent.disconnected": "object",
  "agent.health_changed": "object",
  "agent.config_offered": "object",
  "agent.config_applied": "object",
  "agent.config_failed": "object",
  "agent.credential_issued": "object",
  "agent.duplicate_uid": "object",
  "agent.revoked": "history",
  "agent.restart_requested": "history",
  "enrollment_token.revoked": "history",
  "rollout.started": "history",
  "rollout.wave_started": "history",
  "rollout.wave_passed": "history",
  "rollout.paused": "history",
  "rollout.resumed": "history",
  "rollout.abort_requested": "history",
  "rollout.rolling_back": "history",
  "rollout.succeeded": "history",
  "rollout.failed": "history",
  "rollout.cancelled": "history",
  "rollout.rolled_back": "history",
  "rollout.rollback_incomplete": "history",
} as const;
export type EventType = keyof typeof eventTypes;
export type EventScope = (typeof eventTypes)[EventType];
