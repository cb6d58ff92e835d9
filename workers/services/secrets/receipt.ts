import type { SecretRow, SecretVersionRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { hasUnmaskedLine } from "../../../domain/secrets/mask.ts";
import { minSecretChars } from "../../../domain/secrets/value.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { placeOptions, placeText } from "../inputs/place.ts";
import { makeReceipt } from "../receipts.ts";
import { placeOfSecret } from "./view.ts";

/** Values so short may be other words too, and are masked wherever they stand. */
const shortChars = 8;

export const placeIn = (environment: EnvironmentRow, row: SecretRow): string =>
  placeOptions(environment, placeOfSecret(row));

export const whomText = (row: SecretRow): string => placeText(placeOfSecret(row));

function valueWarnings(value: string): string[] {
  const warnings: string[] = [];
  if (value.length < shortChars) {
    warnings.push(
      "The value is short: it is masked wherever its characters stand in what agents report, also as another word.",
    );
  }
  if (hasUnmaskedLine(value)) {
    warnings.push(
      `A line of the value has fewer than ${minSecretChars} characters: where it stands alone in what agents report, it is not masked.`,
    );
  }
  return warnings;
}

/** Of a version that was just set. The value is told by nothing but whether it, or a line of it, is short. */
export function versionReceipt(
  ctx: Context,
  kind: "secret.create" | "secret.rotate",
  environment: EnvironmentRow,
  secret: SecretRow,
  version: SecretVersionRow,
  value: string,
  changes: Receipt["changes"],
): Receipt {
  const pending = version.state === "pending";
  const where = placeIn(environment, secret);
  const href = `/v1/secrets/${secret.id}`;
  return makeReceipt(ctx, {
    kind,
    ids: {
      secret: secret.id,
      version: version.id,
      environment: environment.id,
      organization: secret.organizationId,
    },
    summary: pending
      ? `Version ${version.number} of ${secret.name} waits for another person's approval: ${environment.slug} is protected.`
      : `Version ${version.number} of ${secret.name} is current for ${whomText(secret)}. Agents keep what they run until a rollout takes it.`,
    warnings: valueWarnings(value),
    changes,
    next: pending
      ? [
          {
            label: "Approve it, as another person",
            command: `muster secrets approve ${secret.name} ${version.number} ${where}`,
            href: `${href}/versions/${version.number}/approve`,
          },
        ]
      : [
          {
            label: "See which agents it would change",
            command: `muster secrets impact ${secret.name} ${where}`,
            href: `${href}/impact`,
          },
          { label: "Roll it out", command: "muster deploy --refresh-inputs --fleet <fleet>" },
        ],
  });
}
