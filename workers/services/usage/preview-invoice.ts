import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { seesEverything, visiblePlaces } from "../../../domain/tenancy/places.ts";
import { invoicePreview } from "../../billing/invoice-preview.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { usageSources } from "./sources.ts";

export async function previewInvoice({ ctx, input }: { ctx: Context; input: { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "usage.read");
  if (!seesEverything(visiblePlaces(organization.access, "usage.read"))) {
    refuse(
      "forbidden",
      "An invoice tells of the whole organization, and usage.read is denied to you in a part of it. Ask an owner.",
    );
  }
  return invoicePreview(usageSources(ctx, organization.id), organization.id);
}
