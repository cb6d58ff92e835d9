import { z } from "zod";
import {
  putVersionLabelBody,
  versionLabel,
  versionLabelChange,
} from "../../../../protocol/api/config-versions.ts";
import { putLabel } from "../../../services/configs/labels.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const putConfigVersionLabelRoute = route({
  method: "put",
  path: "/v1/configs/{config}/labels/{label}",
  operationId: "putConfigVersionLabel",
  tag: "Configs",
  summary: "Put a label on a version; it leaves the one that it was on",
  description:
    'An assignment may name a label instead of a number; it is frozen when the release is made, so that moving a label touches no agent. With `If-Match: "3"`, refused with 409 when the label is not on version 3 any more (`"0"` = on none).',
  access: "config.write",
  params: z.object({ config: idParam("config"), label: versionLabel }),
  body: putVersionLabelBody,
  answer: versionLabelChange,
  refusals: ["conflict"],
  handle: ({ ctx, params, body, http }) =>
    putLabel({ ctx, input: { ...params, ...body, ifMatch: http.header("if-match") } }),
});
