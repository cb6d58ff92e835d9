import { type FieldError, refuse } from "../../../domain/errors.ts";
import type { Gates } from "../../../protocol/api/rollouts.ts";
import type { Platform } from "../context.ts";
import { targetFault } from "../webhooks/target.ts";

/** Refuses addresses that no webhook gate will ever call, as far as their text tells. */
export function refuseForbiddenTargets(platform: Platform, { webhooks }: Gates): void {
  const faults: FieldError[] = webhooks.flatMap(({ url }, i) => {
    const fault = targetFault(url, platform.outside.allowedHosts);
    return fault === null ? [] : [{ path: `gates.webhooks[${i}].url`, message: fault }];
  });
  const [first] = faults;
  if (first)
    refuse("validation_failed", `A webhook gate cannot be called: ${first.path} ${first.message}.`, faults);
}
