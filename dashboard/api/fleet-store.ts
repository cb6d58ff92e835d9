import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Agent } from "../../protocol/api/agents.ts";
import {
  applyAgentsPage,
  applyLive,
  beginLoad,
  emptyLiveState,
  endLoad,
  type LiveState,
  mergeEvents,
} from "../lib/live-state.ts";
import { api } from "./client.ts";
import { type FeedStatus, followFleet } from "./live.ts";
import { type ApiError, asApiError } from "./problem.ts";
import type { Page } from "./types.ts";

export interface FleetSnapshot extends LiveState {
  feed: FeedStatus;
  /** True once every page of agents has been read. */
  loaded: boolean;
  error: ApiError | null;
}

/** Frames are folded at once and shown at most so often, so that a storm costs few renders. */
const showEveryMs = 100;
const pageSize = 200;
/** A fleet that no page shows keeps its feed for so long: moving between its pages must not redial. */
const lingerMs = 5000;

class FleetStore {
  readonly fleetId: string;
  private snapshot: FleetSnapshot = { ...emptyLiveState, feed: "connecting", loaded: false, error: null };
  private shown = this.snapshot;
  private readonly listeners = new Set<() => void>();
  private showTimer: ReturnType<typeof setTimeout> | undefined;
  private lingerTimer: ReturnType<typeof setTimeout> | undefined;
  private feed: { close(): void } | null = null;
  private loading = 0;

  constructor(fleetId: string) {
    this.fleetId = fleetId;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): FleetSnapshot => this.shown;

  private users = 0;
  acquire(): () => void {
    clearTimeout(this.lingerTimer);
    if (this.users++ === 0 && !this.feed) this.open();
    return () => {
      if (--this.users > 0) return;
      this.lingerTimer = setTimeout(() => {
        this.feed?.close();
        this.feed = null;
        this.loading++;
        stores.delete(this.fleetId);
      }, lingerMs);
    };
  }

  private open(): void {
    this.feed = followFleet({
      fleetId: this.fleetId,
      after: () => this.snapshot.last,
      isGone: () => isMissing(this.fleetId),
      onStatus: (feed) => this.set({ ...this.snapshot, feed }),
      onMessage: (message) => {
        const { reloads } = this.snapshot;
        this.set({ ...this.snapshot, ...applyLive(this.snapshot, message) });
        if (this.snapshot.reloads !== reloads) void this.load();
      },
    });
    void this.load();
  }

  /** Reads every agent and the newest events; a later load makes an earlier one give up. */
  load = async (): Promise<void> => {
    const run = ++this.loading;
    this.set({ ...this.snapshot, ...beginLoad(this.snapshot), error: null });
    try {
      const events = await this.newestEvents();
      if (run !== this.loading) return;
      this.set({ ...this.snapshot, ...mergeEvents(this.snapshot, events) });
      const seen = new Set<string>();
      let cursor: string | null = null;
      do {
        const page: Page<Agent> = await api.call("GET /v1/fleets/{fleet}/agents", {
          path: { fleet: this.fleetId },
          query: {
            limit: pageSize,
            cursor,
          },
        });
        if (run !== this.loading) return;
        for (const agent of page.items) seen.add(agent.id);
        this.set({ ...this.snapshot, ...applyAgentsPage(this.snapshot, page.items) });
        cursor = page.nextCursor;
      } while (cursor);
      this.set({ ...this.snapshot, ...endLoad(this.snapshot, seen), loaded: true });
    } catch (error) {
      if (run === this.loading) this.set({ ...this.snapshot, error: asApiError(error) });
    }
  };

  /** Who may see the agents may yet not be allowed to read events. */
  private async newestEvents() {
    try {
      const path = { fleet: this.fleetId };
      return (await api.call("GET /v1/fleets/{fleet}/events", { path, query: { limit: pageSize } })).items;
    } catch (error) {
      if (asApiError(error).code === "forbidden") return [];
      throw error;
    }
  }

  private set(next: FleetSnapshot): void {
    this.snapshot = next;
    this.showTimer ??= setTimeout(() => {
      this.showTimer = undefined;
      this.shown = this.snapshot;
      for (const listener of this.listeners) listener();
    }, showEveryMs);
  }
}

async function isMissing(fleet: string): Promise<boolean> {
  try {
    await api.call("GET /v1/fleets/{fleet}", { path: { fleet } });
    return false;
  } catch (error) {
    return asApiError(error).status === 404;
  }
}

const stores = new Map<string, FleetStore>();

function storeOf(fleetId: string): FleetStore {
  let store = stores.get(fleetId);
  if (!store) {
    store = new FleetStore(fleetId);
    stores.set(fleetId, store);
  }
  return store;
}

/** The fleet as it is now; the feed stays open while any component uses it. */
export function useFleetLive(fleetId: string): FleetSnapshot & { reload: () => Promise<void> } {
  const store = storeOf(fleetId);
  useEffect(() => store.acquire(), [store]);
  const snapshot = useSyncExternalStore(store.subscribe, store.read);
  return useMemo(() => ({ ...snapshot, reload: store.load }), [snapshot, store]);
}
