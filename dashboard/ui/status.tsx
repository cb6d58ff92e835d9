import {
  Ban,
  Check,
  Circle,
  CircleDashed,
  CircleDot,
  CircleSlash,
  Clock,
  Hourglass,
  LoaderCircle,
  LogOut,
  type LucideIcon,
  Minus,
  Pause,
  Send,
  TriangleAlert,
  Undo2,
  Unplug,
  X,
} from "lucide-react";
import type { AgentConfigState, AgentStatus } from "../../domain/fleets/agent-state.ts";
import type { RolloutAgentState, RolloutState } from "../../domain/rollouts/states.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { WaveView } from "../api/types.ts";
import { cx } from "../lib/class-names.ts";

const tones = {
  good: "bg-good-tint text-good",
  busy: "bg-busy-tint text-busy",
  warn: "bg-warn-tint text-warn",
  bad: "bg-bad-tint text-bad",
  idle: "bg-hover text-soft",
} as const;
export type Tone = keyof typeof tones;

/** A word, a shape and a colour: none of the three stands alone. */
interface Look {
  tone: Tone;
  icon: LucideIcon;
  text: string;
}

export const statusLooks: Record<AgentStatus, Look> = {
  online: { tone: "good", icon: CircleDot, text: "Online" },
  offline: { tone: "idle", icon: Unplug, text: "Offline" },
  revoked: { tone: "bad", icon: Ban, text: "Revoked" },
};

const decommissionedLook: Look = { tone: "idle", icon: LogOut, text: "Decommissioned" };

export const agentLook = ({ status, decommissioned }: Pick<Agent, "status" | "decommissioned">): Look =>
  decommissioned ? decommissionedLook : statusLooks[status];

export const configStateLooks: Record<AgentConfigState, Look> = {
  none: { tone: "idle", icon: Minus, text: "No config" },
  in_sync: { tone: "good", icon: Check, text: "In sync" },
  offered: { tone: "busy", icon: Send, text: "Offered" },
  applying: { tone: "busy", icon: LoaderCircle, text: "Applying" },
  failed: { tone: "bad", icon: X, text: "Failed" },
  pending: { tone: "warn", icon: Clock, text: "Pending" },
};

export const driftedLook: Look = { tone: "warn", icon: TriangleAlert, text: "Drifted" };

export const rolloutLooks: Record<RolloutState, Look> = {
  awaiting_approval: { tone: "warn", icon: Hourglass, text: "Awaiting approval" },
  scheduled: { tone: "idle", icon: Clock, text: "Scheduled" },
  running: { tone: "busy", icon: LoaderCircle, text: "Running" },
  paused: { tone: "warn", icon: Pause, text: "Paused" },
  rolling_back: { tone: "warn", icon: Undo2, text: "Rolling back" },
  succeeded: { tone: "good", icon: Check, text: "Succeeded" },
  failed: { tone: "bad", icon: X, text: "Failed" },
  cancelled: { tone: "idle", icon: CircleSlash, text: "Cancelled" },
  rolled_back: { tone: "bad", icon: Undo2, text: "Rolled back" },
  rollback_incomplete: { tone: "bad", icon: TriangleAlert, text: "Rollback incomplete" },
};

export const rolloutAgentLooks: Record<RolloutAgentState, Look> = {
  waiting: { tone: "idle", icon: Circle, text: "Waiting" },
  staging: { tone: "busy", icon: LoaderCircle, text: "Staging" },
  staged: { tone: "busy", icon: CircleDot, text: "Staged" },
  offered: { tone: "busy", icon: Send, text: "Offered" },
  applying: { tone: "busy", icon: LoaderCircle, text: "Applying" },
  applied: { tone: "busy", icon: CircleDot, text: "Applied, soaking" },
  verified: { tone: "good", icon: Check, text: "Verified" },
  failed: { tone: "bad", icon: X, text: "Failed" },
  rejected: { tone: "bad", icon: Ban, text: "Rejected" },
  timed_out: { tone: "bad", icon: Hourglass, text: "Timed out" },
  unreachable: { tone: "warn", icon: Unplug, text: "Unreachable" },
  unchanged: { tone: "idle", icon: Minus, text: "Unchanged" },
  reverting: { tone: "warn", icon: Undo2, text: "Reverting" },
  reverted: { tone: "idle", icon: Undo2, text: "Reverted" },
  revert_failed: { tone: "bad", icon: TriangleAlert, text: "Revert failed" },
};

export const waveLooks: Record<WaveView["state"], Look> = {
  waiting: { tone: "idle", icon: CircleDashed, text: "Waiting" },
  running: { tone: "busy", icon: LoaderCircle, text: "Running" },
  passed: { tone: "good", icon: Check, text: "Passed" },
  failed: { tone: "bad", icon: X, text: "Failed" },
  skipped: { tone: "idle", icon: CircleSlash, text: "Skipped" },
  stopped: { tone: "warn", icon: CircleSlash, text: "Stopped" },
};

export function Badge({ look, title }: { look: Look; title?: string | undefined }) {
  const Icon = look.icon;
  return (
    <span
      title={title}
      className={cx(
        "inline-flex h-5.5 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        tones[look.tone],
      )}
    >
      <Icon aria-hidden className={cx("size-3", Icon === LoaderCircle && "animate-spin")} strokeWidth={2.5} />
      {look.text}
    </span>
  );
}

export function Tag({ tone = "idle", children }: { tone?: Tone; children: React.ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-5.5 items-center rounded-full px-2 text-xs font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
