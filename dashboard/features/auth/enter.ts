import type { Session } from "../../../protocol/api/auth.ts";
import { queryClient } from "../../api/queries.ts";
import { signedIn } from "../../api/session.ts";

/** Begins the session: nothing that another person saw stays. */
export function enter(session: Session): void {
  queryClient.clear();
  signedIn(session);
}
