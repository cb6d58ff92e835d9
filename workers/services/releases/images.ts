import { type ImageReference, parseImage, pinImage } from "../../../domain/configs/container/image.ts";
import { formatPlaceholder, scanPlaceholders } from "../../../domain/configs/inputs/placeholders.ts";
import type { FrozenInputs, FrozenVariable } from "../../../domain/configs/inputs/values.ts";
import { getKind } from "../../../domain/configs/kinds.ts";
import { type FieldError, refuse } from "../../../domain/errors.ts";
import { type Call, type ResolvedImage, registryUrl, resolveDigest } from "../../adapters/registry.ts";
import type { Context } from "../context.ts";
import { reachFault } from "../webhooks/reach.ts";
import { targetFault } from "../webhooks/target.ts";
import type { ResolvedAssignment } from "./resolve.ts";

/** Each costs a few calls, and a request may make only so many. */
const maxLookUps = 20;
const timeoutMs = 15_000;

interface Wanted {
  one: ResolvedAssignment;
  ref: string;
  image: ImageReference;
  path: string;
}

/**
 * Gives each container app of a new release the digest that its image has now. What is carried over keeps its own, as
 * long as its reference is the same and `refresh` does not ask for today's.
 */
export async function pinImages(
  ctx: Context,
  named: readonly ResolvedAssignment[],
  carried: readonly ResolvedAssignment[],
  inputs: FrozenInputs,
  refresh: boolean,
): Promise<void> {
  const faults: FieldError[] = [];
  const wanted = [...named, ...carried].flatMap((one, i): Wanted[] => {
    const written = getKind(one.stored.kind).image?.(one.content);
    if (!written) return [];
    const path = `assignments[${i}].content:${written.at.line}:${written.at.column}`;
    const ref = fillReference(written.ref, inputs.variables);
    const image = "fault" in ref ? ref : parseImage(ref.text);
    if ("fault" in ref || "fault" in image) {
      const fault =
        "fault" in ref ? ref.fault : `the image "${ref.text}" ${"fault" in image ? image.fault : ""}`;
      faults.push({ path, message: `${nameOf(one)}: ${fault}` });
      return [];
    }
    const known = one.stored.image;
    if (i >= named.length && !refresh && known?.ref === ref.text) return [];
    return [{ one, ref: ref.text, image, path }];
  });
  const lookUps = new Map(wanted.filter(({ image }) => image.digest === null).map((one) => [one.ref, one]));
  if (lookUps.size > maxLookUps) {
    refuse(
      "validation_failed",
      `The release names ${lookUps.size} images by their tags; at most ${maxLookUps} can be looked up at once. Write some by their digest (name@sha256:…), or make releases of fewer configs.`,
      [{ path: "assignments", message: `name ${lookUps.size} images by their tags; at most ${maxLookUps}` }],
    );
  }
  const found = new Map(
    await Promise.all([...lookUps].map(async ([ref, { image }]) => [ref, await lookUp(ctx, image)] as const)),
  );
  const late: string[] = [];
  for (const { one, ref, image, path } of wanted) {
    const answer: ResolvedImage | undefined =
      image.digest === null ? found.get(ref) : { digest: image.digest };
    if (answer && "digest" in answer) one.stored.image = { ref, digest: answer.digest };
    else if (answer) {
      if (answer.problem === "busy") late.push(`${ref}: ${answer.text}`);
      faults.push({ path, message: `${nameOf(one)}: the image ${ref} has no digest: ${answer.text}` });
    }
  }
  const [first] = faults;
  if (!first) return;
  if (late.length === faults.length) {
    refuse("unavailable", `The images cannot be looked up now: ${late[0]}. Try again later.`, faults);
  }
  refuse(
    "config_invalid",
    `${first.message}. Correct the reference, or write the digest itself (name@sha256:…), which needs no look-up.`,
    faults,
  );
}

const nameOf = ({ stored }: ResolvedAssignment): string => `${stored.configName} version ${stored.version}`;

/** What agents are given in place of the reference. */
export const pinned = (image: { ref: string; digest: string }): string => pinImage(image.ref, image.digest);

/** A release pins one image for the whole fleet, so what the reference names must have one value there. */
function fillReference(
  written: string,
  variables: readonly FrozenVariable[],
): { text: string } | { fault: string } {
  let text = "";
  let at = 0;
  for (const slot of scanPlaceholders(written).placeholders) {
    if (slot.namespace !== "var") {
      return {
        fault: `${formatPlaceholder(slot)} cannot stand in an image's reference: a release pins one image for all of its agents. Use a variable, or a config for each image`,
      };
    }
    const rows = variables.filter(({ name }) => name === slot.name);
    const forLabels = rows.find(({ selector }) => selector !== "");
    if (forLabels) {
      return {
        fault: `${formatPlaceholder(slot)} has a value of its own for agents with "${forLabels.selector}", and a release pins one image for all of its agents. Use a config for each image`,
      };
    }
    const value = (rows.find(({ fleet }) => fleet !== null) ?? rows[0])?.value ?? slot.fallback;
    if (value === null) return { fault: `${formatPlaceholder(slot)} has no value` };
    text += written.slice(at, slot.offset) + value;
    at = slot.offset + slot.length;
  }
  return { text: text + written.slice(at) };
}

async function lookUp({ outside, log }: Context, image: ImageReference): Promise<ResolvedImage> {
  const signal = AbortSignal.timeout(timeoutMs);
  const call: Call = async (url, init) => {
    const host = new URL(url).host;
    const fault = targetFault(url, outside.allowedHosts);
    if (fault !== null) return { refused: `${host} is not asked: the address ${fault}` };
    const inside = await reachFault(outside, url, signal);
    if (inside !== null) return { refused: `${host} is not asked: ${inside}` };
    return outside.fetch(url, { ...init, redirect: "manual", signal });
  };
  try {
    return await resolveDigest(call, image);
  } catch (error) {
    if (signal.aborted) {
      return { problem: "busy", text: `the registry did not answer within ${timeoutMs / 1000} s` };
    }
    log.error("a registry could not be asked", { registry: registryUrl(image.registry) }, error);
    return { problem: "busy", text: `the registry ${image.registry} could not be reached` };
  }
}
