import { createHash } from "node:crypto";
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { OpAMPConnectionSettings } from "../protocol/opamp/opamp_pb.js";
import { problemText } from "./apply/file-problem.ts";
import type { Log } from "./log.ts";
import type { ConnectionTarget, SavedConnection, StateFile } from "./state-file.ts";

/** What a person gave: both may be missing once the agent holds a credential of its own. */
export interface GivenAccess {
  endpoint: string | null;
  token: string | null;
}

/**
 * Which endpoint and credential the agent dials with: what the server offered last and is not yet proven, else what
 * it offered before, else what a person gave.
 */
export class Credential {
  private readonly state: StateFile;
  private readonly given: GivenAccess;
  private readonly log: Log;
  private readonly newUid: () => string;

  /** `newUid` makes the identity of an agent that enrols anew. Throws when there is nothing to dial with. */
  constructor(state: StateFile, given: GivenAccess, newUid: () => string, log: Log) {
    this.state = state;
    this.given = given;
    this.log = log;
    this.newUid = newUid;
    this.reconcile(newUid);
    if (this.retired) return;
    const { candidate, connection } = state.get();
    if (!candidate && !connection) {
      if (!given.endpoint) throw new Error("no endpoint: give --endpoint wss://<host>/v1/opamp");
      if (!given.token) throw new Error("no enrolment token: give --token, or set MUSTER_TOKEN");
    }
  }

  /** It was decommissioned: there is nothing to dial. */
  get retired(): boolean {
    return Boolean(this.state.get().retired);
  }

  /** For good: the credential is forgotten, and the token that it enrolled with counts no more here. */
  retire(reason: string, keepRunning: boolean): void {
    const { enrolledBy } = this.state.get();
    this.state.note({
      connection: null,
      candidate: null,
      connectionStatus: null,
      retired: {
        reason,
        tokenHash: (enrolledBy ?? this.enrolledBy()).tokenHash,
        ...(!keepRunning && { stopped: true as const }),
      },
    });
    this.log("warn", `decommissioned: ${reason}. The agent dials no more; another --token enrols it anew`);
  }

  /** This one is a copy of another agent. True = it enrols anew, with the token that it was given. */
  enrolAnew(): boolean {
    if (!this.given.token || !this.given.endpoint) {
      this.log(
        "error",
        "start the agent with an enrolment token of its own (--token), or run muster-agent reenrol",
      );
      return false;
    }
    this.log("info", "enrolling anew, as an instance of its own");
    this.forget(this.newUid());
    return true;
  }

  private forget(instanceUid: string): void {
    this.state.note({
      instanceUid,
      candidate: null,
      connection: null,
      connectionStatus: null,
      enrolledBy: null,
      retired: null,
      // Where it told of itself was the other fleet's word.
      ownTelemetry: {},
    });
  }

  target(): ConnectionTarget {
    const { candidate, connection } = this.state.get();
    return candidate ?? connection ?? this.enrolment();
  }

  /** Saves an offer, durably. Answers whether it is to be dialled with. */
  take(hash: string, settings: OpAMPConnectionSettings): boolean {
    const present = this.target();
    const endpoint = settings.destinationEndpoint || present.endpoint;
    const headers = settings.headers
      ? Object.fromEntries(settings.headers.headers.map((header) => [header.key, header.value]))
      : present.headers;
    const problem = endpointProblem(endpoint) ?? headersProblem(headers);
    if (problem) {
      this.state.note({ connectionStatus: { hash, status: "failed", error: problem } });
      return false;
    }
    const offered: SavedConnection = { hash, endpoint, headers };
    const connectionStatus = { hash, status: "applied", error: "" } as const;
    if (sameTarget(offered, present)) {
      this.state.note({ connectionStatus });
      return false;
    }
    try {
      this.state.update({ candidate: offered, connectionStatus, enrolledBy: this.enrolledBy() });
    } catch (failure) {
      // Not dialled with: after a restart it would be gone, and the server would have retired the one before.
      const error = `the credential cannot be stored: ${problemText(failure)}`;
      this.log("error", error);
      this.state.note({ connectionStatus: { hash, status: "failed", error } });
      return false;
    }
    return true;
  }

  /** A connection with the present target is open. */
  proven(): void {
    const { candidate } = this.state.get();
    if (!candidate) return;
    this.state.note({ connection: candidate, candidate: null });
    this.log(
      "info",
      "enrolled: the agent has a credential of its own, the enrolment token is no longer needed",
    );
  }

  /** The server refused the present target. True = another one is left to try. */
  refused(status: number): boolean {
    const { candidate, connection } = this.state.get();
    if (candidate) {
      const error = `the server answered ${status} to the settings it offered`;
      this.log("error", `${error}; returning to the ones before`);
      this.state.note({
        candidate: null,
        connectionStatus: { hash: candidate.hash, status: "failed", error },
      });
      return connection !== null || this.given.token !== null;
    }
    this.log(
      "error",
      connection
        ? `the agent's credential was refused (${status}): it was revoked or has expired. To enrol again, start the agent with a new --token`
        : `the enrolment token was refused (${status}): it was revoked, has expired or is for another server. Make a new one and start the agent with it`,
    );
    return false;
  }

  private enrolment(): ConnectionTarget {
    return {
      endpoint: this.given.endpoint ?? "",
      headers: { Authorization: `Bearer ${this.given.token ?? ""}` },
    };
  }

  /** What a person does not give anew, such as a token that was used and forgotten, stays what it was. */
  private enrolledBy() {
    const { endpoint, token } = this.given;
    const before = this.state.get().enrolledBy;
    return {
      endpoint: endpoint ?? before?.endpoint ?? "",
      tokenHash: token ? sha256(token) : (before?.tokenHash ?? ""),
    };
  }

  /** A person who gives another token wants to enrol anew; one who gives another endpoint has moved the server. */
  private reconcile(newUid: () => string): void {
    const { candidate, connection, enrolledBy, retired } = this.state.get();
    if (retired) {
      const { token: another } = this.given;
      if (!another || sha256(another) === retired.tokenHash) {
        const runs = retired.stopped ? "nothing" : "what it has";
        this.log(
          "warn",
          `this agent was decommissioned (${retired.reason}): it runs ${runs}, and dials no more`,
        );
        return;
      }
      this.forget(newUid());
      return;
    }
    if (!enrolledBy || (!candidate && !connection)) return;
    const { endpoint, token } = this.given;
    if (token && enrolledBy.tokenHash && sha256(token) !== enrolledBy.tokenHash) {
      this.log("info", "another enrolment token was given: enrolling anew, as a new instance");
      this.forget(newUid());
    } else if (endpoint && endpoint !== enrolledBy.endpoint) {
      this.state.update({
        candidate: candidate && { ...candidate, endpoint },
        connection: connection && { ...connection, endpoint },
        enrolledBy: { ...enrolledBy, endpoint },
      });
    }
  }
}

/** Why an endpoint cannot be dialled; null when it can. */
export function endpointProblem(endpoint: string): string | null {
  if (URL.canParse(endpoint) && /^(wss?|https?):$/.test(new URL(endpoint).protocol)) return null;
  return `the endpoint "${endpoint}" is not a URL that starts with wss:// or ws://`;
}

function headersProblem(headers: Record<string, string>): string | null {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return `the header "${name}" cannot be sent over HTTP`;
    }
  }
  return null;
}

function sameTarget(a: ConnectionTarget, b: ConnectionTarget): boolean {
  const sorted = (headers: Record<string, string>) =>
    JSON.stringify(Object.entries(headers).sort(([x], [y]) => (x < y ? -1 : 1)));
  return a.endpoint === b.endpoint && sorted(a.headers) === sorted(b.headers);
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
