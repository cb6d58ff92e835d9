import { type Id, type IdKind, idPrefixes, ulidAfter } from "../../domain/ids.ts";
import type { Clock } from "./clock.ts";

export interface IdMaker {
  /** Ids of one maker rise, also within a millisecond. */
  make<K extends IdKind>(kind: K): Id<K>;
}

export function idMaker(clock: Clock): IdMaker {
  let last = "";
  return {
    make(kind) {
      last = ulidAfter(last, clock.now(), crypto.getRandomValues(new Uint8Array(10)));
      return `${idPrefixes[kind]}_${last}`;
    },
  };
}
