import { useSyncExternalStore } from "react";

/**
 * What is sensitive asks that the person showed to be there of late. One question at a time: all calls that wait get
 * its answer. The dialog that asks is features/account/presence-dialog.tsx.
 */
let asked: PromiseWithResolvers<boolean> | null = null;
const listeners = new Set<() => void>();

function become(next: typeof asked): void {
  asked = next;
  for (const listener of listeners) listener();
}

/** Answers true once the person has shown to be there, false when they would rather not. */
export function askPresence(): Promise<boolean> {
  if (!asked) become(Promise.withResolvers<boolean>());
  return asked?.promise ?? Promise.resolve(false);
}

export function answerPresence(shown: boolean): void {
  asked?.resolve(shown);
  become(null);
}

export function usePresenceAsked(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked !== null,
  );
}
