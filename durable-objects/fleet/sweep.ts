import type { Commits } from "./commits.ts";
import type { WireParts } from "./on-agent-message.ts";
import { goOffline } from "./presence.ts";
import type { Session } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";

/**
 * Ends what is over without a word: sessions whose silence says that the agent is gone, dated to its last sign of life;
 * and agents that count as connected but whose socket was lost with the object's memory (a crash, a deploy), dated now,
 * since nobody saw when. One that polls gets time to poll again.
 */
export function sweepSilent(commits: Commits, parts: WireParts): void {
  const nowMs = commits.nowMs();
  const silent: Session[] = [];
  for (const session of parts.sessions.all()) {
    if (parts.sessions.goneAtMs(session) <= nowMs) silent.push(session);
  }
  const lost: StoredAgent[] = [];
  for (const agent of parts.store.agents.values()) {
    if (agent.connectedAt === null || parts.sessions.of(agent.id)) continue;
    if (agent.transport === "http") parts.sessions.open(agent.id, agent.uid, null, agent.own, nowMs);
    else lost.push(agent);
  }
  if (silent.length === 0 && lost.length === 0) return;
  commits.commit((tx) => {
    for (const session of silent) {
      const lastSeenMs = parts.sessions.lastSeenMs(session);
      parts.sessions.end(session);
      const agent = parts.store.agents.get(session.agentId);
      if (agent) goOffline(tx, parts, agent, lastSeenMs);
      tx.after(() => parts.sessions.close(session, "No sign of life: dial again"));
    }
    for (const agent of lost) goOffline(tx, parts, agent, tx.nowMs);
  });
}
