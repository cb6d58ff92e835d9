import type { OrganizationId } from "../../../domain/ids.ts";
import { invoicePreview } from "../../billing/invoice-preview.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { usageSources } from "./sources.ts";

export async function previewInvoice({ ctx, input }: { ctx: Context; input: { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "usage.read");
  return invoicePreview(usageSources(ctx, organization.id), organization.id);
}
