import { z } from "zod";
import { invoicePreview } from "../../../../protocol/api/usage.ts";
import { previewInvoice } from "../../../services/usage/preview-invoice.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const previewInvoiceRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/invoices/preview",
  operationId: "previewInvoice",
  tag: "Usage",
  summary: "What the current month costs so far, line by line",
  access: "usage.read",
  params: z.object({ org: idParam("organization") }),
  answer: invoicePreview,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => previewInvoice({ ctx, input: params }),
});
