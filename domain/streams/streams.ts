/** What a stream is for. */
export const streamKinds = ["exec", "logs"] as const;
export type StreamKind = (typeof streamKinds)[number];

export const streamSides = ["agent", "viewer"] as const;
export type StreamSide = (typeof streamSides)[number];

/** Why a stream is over. */
export const streamEndReasons = [
  "exited",
  "refused",
  "closed",
  "timeout",
  "idle",
  "viewer_gone",
  "agent_gone",
  "never_joined",
  "ended",
] as const;
export type StreamEndReason = (typeof streamEndReasons)[number];

export const streamEndTexts: Record<StreamEndReason, string> = {
  exited: "the program ended",
  refused: "the agent refused it",
  closed: "the viewer closed it",
  timeout: "its time was over",
  idle: "nothing was sent for too long",
  viewer_gone: "the viewer's connection was lost",
  agent_gone: "the agent's connection was lost",
  never_joined: "one side never came",
  ended: "somebody ended it",
};

/** How long a stream may live. Seconds. */
export interface StreamTerms {
  /** Without a byte in either direction. */
  idleSeconds: number;
  maxSeconds: number;
  /** In which a viewer whose connection broke may come back. */
  graceSeconds: number;
  /** Keeps what the agent sends, as a recording. */
  record: boolean;
}

export const defaultTerms: StreamTerms = {
  idleSeconds: 600,
  maxSeconds: 3_600,
  graceSeconds: 30,
  record: false,
};

/** Both sides must have dialled by then. */
export const joinSeconds = 60;
/** A ticket counts so long, and once. */
export const ticketSeconds = 60;
/** Streams of one agent that may be open together, of any kind. */
export const streamsPerAgent = 10;
/** Streams of one fleet. */
export const streamsPerFleet = 200;
/** Of these the views of logs at most: the others are left for commands, which an incident needs too. */
export const logStreamsPerAgent = 7;
export const logStreamsPerFleet = 150;
/** So often it is asked anew whether who opened a stream may still do so. */
export const rightEverySeconds = 240;

/** Recordings stay so long. */
export const recordingDays = 30;
export const recordingBytes = 16 * 1024 * 1024;
