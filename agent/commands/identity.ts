import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { WebSocket } from "ws";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { decommissionedReason, decommissionMessage } from "../../protocol/custom/decommission.ts";
import { capabilityBits } from "../../protocol/opamp/capabilities.ts";
import { encodeAgentFrame } from "../../protocol/opamp/frame.ts";
import { uidFromHex, uidToHex, uuidV7 } from "../../protocol/opamp/uid.ts";
import { readNote, stillRuns } from "../drivers/child-note.ts";
import { type ConnectionTarget, StateFile, stateFileName } from "../state-file.ts";
import { explainDenied, findAgent, lockStopped, type WhichAgent } from "./which-agent.ts";

const answerTimeoutMs = 15_000;
const newUid = () => uidToHex(uuidV7(Date.now(), randomBytes(10)));

/**
 * Works with the state folder of an agent that does not run. Throws when it does, and where none ever ran: a folder that
 * was mistyped must not look like one whose agent was let go.
 */
async function withState(flags: WhichAgent, work: (state: StateFile) => Promise<void>): Promise<void> {
  const here = findAgent(flags);
  const { stateDir } = here;
  requireState(stateDir);
  const unlock = lockStopped(here);
  try {
    await work(new StateFile(stateDir, newUid));
  } finally {
    unlock();
  }
}

function requireState(stateDir: string): void {
  let found: unknown;
  try {
    found = statSync(join(stateDir, stateFileName), { throwIfNoEntry: false });
  } catch (error) {
    explainDenied(error, stateDir);
  }
  if (found) return;
  throw new Error(
    `no agent has ever run on ${stateDir}, and nothing was changed: name its folder with --state-dir, or its settings with --config`,
  );
}

async function reenrol(flags: WhichAgent): Promise<void> {
  await withState(flags, async (state) => {
    state.update({
      instanceUid: newUid(),
      connection: null,
      candidate: null,
      connectionStatus: null,
      enrolledBy: null,
      retired: null,
      ownTelemetry: {},
    });
  });
  process.stdout.write(
    "The agent's identity and credential are forgotten. Start it with an enrolment token: it joins as a new agent and keeps what it runs.\n",
  );
}

async function decommission(flags: WhichAgent & { reason?: string; offline?: boolean }): Promise<void> {
  const hasContainers = Boolean(findAgent(flags).settings?.containers);
  let left = "";
  await withState(flags, async (state) => {
    const { connection, instanceUid, enrolledBy } = state.get();
    const reason = flags.reason ?? "decommissioned on its host";
    if (connection && !flags.offline) await sayGoodbye(connection, instanceUid, reason);
    state.update({
      connection: null,
      candidate: null,
      connectionStatus: null,
      retired: { reason, tokenHash: enrolledBy?.tokenHash ?? "" },
    });
    left = leftRunning(state.folder, hasContainers);
  });
  process.stdout.write(
    `The agent is decommissioned. ${left} Only another enrolment token lets it in again.\n`,
  );
}

/** What goes on without the agent. */
function leftRunning(stateDir: string, hasContainers: boolean): string {
  if (hasContainers) return "Its containers stay as they are, and it dials no more.";
  const note = readNote(stateDir);
  return note && stillRuns(note)
    ? `The program that it left running (pid ${note.pid}) goes on; muster-agent stop-program ends it.`
    : "No program of it is left running; started again, the agent runs it again, and dials no more.";
}

/** Tells the server, and waits until it has let the agent go. */
function sayGoodbye({ endpoint, headers }: ConnectionTarget, uid: string, reason: string): Promise<void> {
  const socket = new WebSocket(endpoint, {
    headers,
    perMessageDeflate: false,
    handshakeTimeout: answerTimeoutMs,
    followRedirects: false,
  });
  const hint = "Decommission it from the server instead, and here with --offline.";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.terminate();
      reject(new Error(`${endpoint} did not answer within ${answerTimeoutMs / 1000} s. ${hint}`));
    }, answerTimeoutMs);
    let failure = "";
    socket.on("open", () =>
      socket.send(
        encodeAgentFrame({
          instanceUid: uidFromHex(uid),
          sequenceNum: 0n,
          capabilities: BigInt(capabilityBits(["ReportsStatus"])),
          customCapabilities: { capabilities: [musterAgentCapability] },
          customMessage: {
            capability: musterAgentCapability,
            type: "decommission",
            data: new TextEncoder().encode(JSON.stringify(decommissionMessage.parse({ reason }))),
          },
        }),
      ),
    );
    socket.on("error", (error) => {
      failure = error.message;
    });
    socket.on("close", (_, text) => {
      clearTimeout(timer);
      if (text.toString("utf8").startsWith(decommissionedReason)) resolve();
      else
        reject(
          new Error(`${endpoint} did not take it: ${failure || text.toString("utf8") || "closed"}. ${hint}`),
        );
    });
  });
}

const which = (command: Command): Command =>
  command
    .option("-c, --config <file>", "the agent's settings file; default: that of the installed agent")
    .option("-s, --state-dir <folder>", "the agent's state folder; default: what the settings say");

export function addIdentityCommands(program: Command): void {
  which(
    program
      .command("reenrol")
      .description("forget who this agent is; it joins as a new one at its next start (stop it first)"),
  ).action(reenrol);
  which(
    program
      .command("decommission")
      .description("say goodbye for good: the server keeps its row with the reason (stop the agent first)"),
  )
    .option("--reason <text>", "what the server's people read")
    .option("--offline", "only here, when the server cannot be reached")
    .action(decommission);
}
