import { z } from "zod";
import { execSessionStates } from "../../domain/streams/exec-sessions.ts";
import { defaultTerms, streamEndReasons } from "../../domain/streams/streams.ts";
import { terminalSize } from "../custom/streams.ts";
import { id, page, pageQuery, receipt, timestamp } from "./shared.ts";

const size = z.strictObject(terminalSize.shape);

const maxCommandChars = 32_768;

export const execBody = z.strictObject({
  command: z
    .array(z.string().max(8_192))
    .max(256)
    .refine((words) => words.reduce((sum, word) => sum + word.length, 0) <= maxCommandChars, {
      error: `has at most ${maxCommandChars} characters in all: put what is longer into a file, or into standard input`,
    })
    .default([])
    .meta({
      description:
        "Program and arguments, no shell in between; none = the shell that the agent's settings name",
    }),
  tty: z.boolean().default(false).meta({
    description: "With a pseudo terminal; without one standard output and standard error come apart",
  }),
  size: size.default({ cols: 80, rows: 24 }),
  term: z
    .string()
    .regex(/^[A-Za-z0-9._+-]{1,64}$/, { error: "must be the name of a terminal, such as xterm-256color" })
    .default("xterm-256color"),
  container: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: "Name or id of a container on the agent's host; left out = on the host itself" }),
  idleSeconds: z
    .number()
    .int()
    .min(10)
    .max(86_400)
    .default(defaultTerms.idleSeconds)
    .meta({ description: "Ends when no byte passed for so long. The plan has a highest value" }),
  maxSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(defaultTerms.maxSeconds)
    .meta({ description: "Ends after so long whatever happens. The plan has a highest value" }),
  record: z.boolean().default(false).meta({
    description: "Keeps what the program writes for 30 days, up to 16 MiB, as an asciicast",
  }),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "Why, for who approves and reads the audit" }),
});
export type ExecBody = z.infer<typeof execBody>;

export const execSession = z
  .object({
    id: id("stream"),
    organizationId: id("organization"),
    fleetId: id("fleet"),
    agentId: id("agent"),
    agentName: z.string(),
    state: z.enum(execSessionStates).meta({
      description:
        "`awaiting_approval` and `approved` only in a protected environment: another person approves, then the asker opens it",
    }),
    actor: z.string().meta({ description: "Who asked: a person's or a key's id" }),
    actorName: z.string(),
    command: z.array(z.string()).meta({ description: "As it was typed; none = a shell" }),
    container: z.string().nullable(),
    tty: z.boolean(),
    record: z.boolean(),
    reason: z.string().nullable(),
    idleSeconds: z.number().int(),
    maxSeconds: z.number().int(),
    createdAt: timestamp,
    expiresAt: timestamp.nullable().meta({
      description: "Until when it may be approved, or opened; null = that is over",
    }),
    decision: z
      .object({
        verdict: z.enum(["approved", "rejected"]),
        name: z.string(),
        at: timestamp,
        comment: z.string().nullable(),
      })
      .nullable(),
    openedAt: timestamp.nullable(),
    end: z
      .object({
        reason: z.enum(streamEndReasons),
        exitCode: z
          .number()
          .int()
          .nullable()
          .meta({ description: "null = the program did not end by itself" }),
        signal: z.string().nullable(),
        at: timestamp,
        seconds: z.number().meta({ description: "From when both sides were there" }),
        bytesIn: z.number().int(),
        bytesOut: z.number().int(),
      })
      .nullable(),
    recording: z
      .object({ bytes: z.number().int(), until: timestamp })
      .nullable()
      .meta({ description: "null = it was not recorded, or that is gone" }),
  })
  .meta({ id: "ExecSession" });
export type ExecSession = z.infer<typeof execSession>;

/** Where to dial, and with what. */
export const streamTicket = z
  .object({
    streamId: id("stream"),
    path: z.string().meta({
      description: "Dial it at the API's own host with a WebSocket",
      example: "/v1/streams/str_01JD0000000000000000000000",
    }),
    ticket: z.string().meta({
      description: "`Authorization: Bearer`, or the subprotocol `bearer.<ticket>`. Good for one dial",
    }),
    expiresAt: timestamp,
  })
  .meta({ id: "StreamTicket" });
export type StreamTicket = z.infer<typeof streamTicket>;

/** `stream` null = it waits for another person's approval. */
export const execStarted = z
  .object({ session: execSession, stream: streamTicket.nullable(), receipt })
  .meta({ id: "ExecStarted" });
export type ExecStarted = z.infer<typeof execStarted>;

export const execAction = execSession.extend({ receipt }).meta({ id: "ExecAction" });
export type ExecAction = z.infer<typeof execAction>;

export const execDecisionBody = z.strictObject({ comment: z.string().trim().min(1).max(1_000).optional() });

export const openExecBody = z.strictObject({ size: size.optional() });

export const execSessionsQuery = pageQuery.extend({
  agent: id("agent").optional(),
  fleet: id("fleet").optional(),
  state: z.enum(["awaiting_approval", "approved", "rejected", "open", "ended"]).optional(),
});
export const execSessionPage = page(execSession).meta({ id: "ExecSessionPage" });
