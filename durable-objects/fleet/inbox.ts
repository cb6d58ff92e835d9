import { serverCapabilities } from "../../protocol/opamp/capabilities.ts";
import { encodeServerBody, encodeServerFrame, frameWithUid } from "../../protocol/opamp/frame.ts";
import type { AgentToServer } from "../../protocol/opamp/opamp_pb.js";
import type { AgentPrincipal } from "../../protocol/rpc/fleet.ts";
import { closeQuietly, sendQuietly } from "../shared/sockets.ts";
import type { Commits, FleetTx } from "./commits.ts";
import { type Answer, onAgentMessage, type WireParts } from "./on-agent-message.ts";
import { goOffline } from "./presence.ts";
import type { ServerMessage } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";

/** A message that meets a session about to end is kept back for so long. */
const graceMs = 500;

/** The offer of the agent's pending credential, for the address that it dialled. */
export type CredentialFor = (
  agent: StoredAgent,
  endpoint: string,
) => Promise<Pick<ServerMessage, "connectionSettings">>;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Of the answer that says no more than that the message came. */
const plainTail = encodeServerBody({ capabilities: BigInt(serverCapabilities) });

function encodeAnswer(message: ServerMessage): Uint8Array {
  const isPlain = Object.keys(message).length === 2 && message.capabilities !== undefined;
  return isPlain && message.instanceUid
    ? frameWithUid(message.instanceUid, plainTail)
    : encodeServerFrame(message);
}

type Item =
  | {
      kind: "message";
      principal: AgentPrincipal;
      socket: WebSocket | null;
      message: AgentToServer;
      arrivedMs: number;
      answer: (message: ServerMessage) => void;
      fail: (error: unknown) => void;
    }
  | { kind: "closed"; socket: WebSocket };

/**
 * What arrives in one turn of the event loop is handled in one block: a thousand acks then share their commit, their
 * event rows and the rollout's header row.
 */
export class Inbox {
  readonly #commits: Commits;
  readonly #parts: WireParts;
  readonly #credentialFor: CredentialFor;
  readonly #onError: (error: unknown) => void;
  readonly #beforeTurn: () => void;
  #items: Item[] = [];
  /** Kept back for another session to end; looked at again in every turn. */
  #deferred: Item[] = [];
  #grace: Promise<void> | null = null;
  #turn: Promise<void> | null = null;

  constructor(
    commits: Commits,
    parts: WireParts,
    credentialFor: CredentialFor,
    onError: (error: unknown) => void,
    beforeTurn: () => void,
  ) {
    this.#commits = commits;
    this.#parts = parts;
    this.#credentialFor = credentialFor;
    this.#onError = onError;
    this.#beforeTurn = beforeTurn;
  }

  /** Resolves once the message has been handled and what it changed is committed. */
  message(
    principal: AgentPrincipal,
    socket: WebSocket | null,
    message: AgentToServer,
  ): Promise<ServerMessage> {
    return new Promise((answer, fail) => {
      const arrivedMs = this.#commits.nowMs();
      this.#items.push({ kind: "message", principal, socket, message, arrivedMs, answer, fail });
      void this.#schedule();
    });
  }

  async closed(socket: WebSocket): Promise<void> {
    this.#items.push({ kind: "closed", socket });
    await this.#schedule();
  }

  #schedule(): Promise<void> {
    this.#turn ??= sleep(0).then(() => {
      this.#turn = null;
      try {
        this.#beforeTurn();
      } catch (error) {
        this.#onError(error);
      }
      this.#run();
    });
    return this.#turn;
  }

  #run(): void {
    const items = [...this.#items, ...this.#deferred];
    this.#items = [];
    this.#deferred = [];
    try {
      this.#commits.commit((tx) => {
        for (const item of items) {
          this.#handle(tx, item);
          if (item.kind === "closed") this.#retryDeferred(tx);
        }
      });
    } catch (error) {
      this.#deferred = [];
      if (items.length > 1) {
        for (const item of items) this.#runAlone(item);
      } else {
        this.#giveUp(items[0], error);
      }
    }
    if (this.#deferred.length > 0) {
      this.#grace ??= sleep(graceMs).then(() => {
        this.#grace = null;
        return this.#schedule();
      });
    }
  }

  #retryDeferred(tx: FleetTx): void {
    const items = this.#deferred;
    this.#deferred = [];
    for (const item of items) this.#handle(tx, item);
  }

  /** One bad message must not take the others of its turn with it. */
  #runAlone(item: Item): void {
    try {
      this.#commits.commit((tx) => this.#handle(tx, item));
    } catch (error) {
      this.#giveUp(item, error);
    }
  }

  #giveUp(item: Item | undefined, error: unknown): void {
    this.#onError(error);
    if (!item) return;
    if (item.kind === "closed") {
      // Its agents count as connected still: the next sweep ends them, as it ends those lost in a crash.
      this.#parts.sessions.drop(item.socket);
      return;
    }
    if (!item.socket) {
      item.fail(error);
      return;
    }
    closeQuietly(item.socket, 1011, "The message could not be handled: dial again");
    item.answer({});
  }

  #handle(tx: FleetTx, item: Item): void {
    const { sessions, store } = this.#parts;
    if (item.kind === "closed") {
      const ended = sessions
        .on(item.socket)
        .map((session) => ({ session, endedAtMs: sessions.endedAtMs(session, tx.nowMs) }));
      sessions.drop(item.socket);
      for (const { session, endedAtMs } of ended) {
        const agent = store.agents.get(session.agentId);
        if (agent) goOffline(tx, this.#parts, agent, endedAtMs);
      }
      return;
    }
    if (item.socket && !sessions.principal(item.socket)) {
      item.answer({});
      return;
    }
    const waited = tx.nowMs - item.arrivedMs >= graceMs;
    const answer = onAgentMessage(tx, this.#parts, { ...item, waited });
    if (answer === null) {
      this.#deferred.push(item);
      return;
    }
    tx.after(() => this.#answer(item, answer));
  }

  #answer(item: Item & { kind: "message" }, answer: Answer): void {
    const { socket } = item;
    if (!socket) {
      // A microtask later, since the offers of this turn are still added to the message.
      void Promise.resolve()
        .then(() => this.#withCredential(item, answer))
        .then(item.answer, item.fail);
      return;
    }
    sendQuietly(socket, encodeAnswer(answer.message));
    if (answer.refused && !this.#isShared(item)) closeQuietly(socket, 1008, answer.refused);
    else this.#parts.sessions.save(socket);
    item.answer(answer.message);
    if (answer.issueTo) void this.#sendCredential(socket, item, answer).catch(this.#onError);
  }

  /** A gateway's connection: one agent that is refused must not cost the others theirs. */
  #isShared({ principal, socket }: Item & { kind: "message" }): boolean {
    return (
      principal.kind === "enrollment_token" && socket !== null && this.#parts.sessions.on(socket).length > 0
    );
  }

  async #sendCredential(socket: WebSocket, item: Item & { kind: "message" }, answer: Answer): Promise<void> {
    if (!answer.issueTo) return;
    const offer = await this.#credentialFor(answer.issueTo, item.principal.opampEndpoint);
    const { instanceUid = new Uint8Array(), capabilities = 0n } = answer.message;
    const message = Object.assign(offer, { instanceUid, capabilities });
    sendQuietly(socket, encodeServerFrame(message));
  }

  async #withCredential(item: Item & { kind: "message" }, answer: Answer): Promise<ServerMessage> {
    try {
      if (answer.issueTo) {
        Object.assign(
          answer.message,
          await this.#credentialFor(answer.issueTo, item.principal.opampEndpoint),
        );
      }
      return answer.message;
    } finally {
      if (answer.session) answer.session.poll = null;
    }
  }
}
