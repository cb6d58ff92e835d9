import type { DriftPolicy, DriftSeverity, RepairKind } from "../../../domain/fleets/drift.ts";
import type { Tone } from "../../ui/status.tsx";

export const severityTones: Record<DriftSeverity, Tone> = { critical: "bad", major: "warn", minor: "idle" };

export const severityTexts: Record<DriftSeverity, string> = {
  critical: "A file is missing.",
  major: "It means something else.",
  minor: "Only comments, order or white space differ.",
};

export const policyTexts: Record<DriftPolicy, string> = {
  tell: "Tell, and leave the files alone",
  reapply: "Give agents their files anew",
  accept: "Take the change over as a new version",
};

export const repairTexts: Record<RepairKind, string> = {
  tell: "left alone",
  reapply: "gets its files anew",
  accept: "becomes a version",
  given_up: "given up",
};
