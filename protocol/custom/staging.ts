/**
 * Files that an agent takes in and checks ahead of the offer that activates them. An agent that says it has the custom
 * capability `stagingCapability` is staged in a blue/green rollout; the activating offer is OpAMP's own
 * AgentRemoteConfig with the same hash.
 */
import { z } from "zod";

/** Server to agent, custom message type `stage`, data = JSON. File bodies are UTF-8 text. */
export const stageMessage = z.object({
  hash: z.string(),
  files: z.array(
    z.object({
      name: z.string(),
      contentType: z.string(),
      content: z.string(),
      /** It carries secrets: only its owner may read it on the host. */
      secret: z.literal(true).optional(),
    }),
  ),
});
export type StageMessage = z.infer<typeof stageMessage>;

/** Agent to server, custom message type `staged`. `error` = why the files were refused; null = ready to activate. */
export const stagedMessage = z.object({ hash: z.string(), error: z.string().max(10_000).nullable() });
export type StagedMessage = z.infer<typeof stagedMessage>;
