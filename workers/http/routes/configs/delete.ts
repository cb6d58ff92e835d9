import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/configs/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteConfigRoute = route({
  method: "delete",
  path: "/v1/configs/{config}",
  operationId: "deleteConfig",
  tag: "Configs",
  summary: "Delete a config that no release names, with its versions",
  description:
    "Refused with 409 as soon as a release names one of its versions: releases are kept, so that a fleet can go back to them.",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
