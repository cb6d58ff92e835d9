import type { Commits } from "./commits.ts";
import type { WireParts } from "./on-agent-message.ts";
import { goOffline, lastProofMs, pollProofMs } from "./presence.ts";
import type { Session } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";

/**
 * Ends what is over without a word: sessions whose silence says that the agent is gone, dated to its last sign of life;
 * and agents that count as connected but whose session was lost with the object's memory (a crash, a deploy), dated to
 * the last durable proof that they were here. One that polls, and polled lately, gets time to poll again.
 */
export function sweepSilent(commits: Commits, parts: WireParts): void {
  const nowMs = commits.nowMs();
  const { sessions, store } = parts;
  const silent: Session[] = [];
  for (const session of sessions.all()) {
    if (sessions.goneAtMs(session) <= nowMs) silent.push(session);
  }
  const lost: { agent: StoredAgent; endedMs: number }[] = [];
  for (const agent of store.agents.values()) {
    if (agent.connectedAt === null || sessions.of(agent.id)) continue;
    const proofMs = lastProofMs(agent, store.aliveAtMs);
    if (agent.transport === "http" && nowMs - proofMs < pollProofMs + sessions.patienceMs) {
      sessions.resumePolling(agent.id, agent.uid, agent.own, proofMs, nowMs);
    } else {
      lost.push({ agent, endedMs: proofMs });
    }
  }
  if (silent.length === 0 && lost.length === 0) return;
  commits.commit((tx) => {
    for (const session of silent) {
      const endedMs = sessions.endedAtMs(session, nowMs);
      sessions.end(session);
      const agent = store.agents.get(session.agentId);
      if (agent) goOffline(tx, parts, agent, endedMs);
      tx.after(() => sessions.close(session, "No sign of life: dial again"));
    }
    for (const { agent, endedMs } of lost) goOffline(tx, parts, agent, endedMs);
  });
}
