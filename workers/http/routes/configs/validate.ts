import { validateConfigBody, validation } from "../../../../protocol/api/configs.ts";
import { check } from "../../../services/configs/check.ts";
import { route } from "../../route.ts";

export const validateConfigRoute = route({
  method: "post",
  path: "/v1/configs/validate",
  operationId: "validateConfig",
  tag: "Configs",
  summary: "Say what is wrong with a text, by line and column; nothing is stored",
  description: "Answers 200 also when the text has errors.",
  access: "person",
  body: validateConfigBody,
  answer: validation,
  idempotent: false,
  refusals: ["not_found", "unavailable"],
  handle: ({ ctx, body: { kind, content, fleet, selector } }) =>
    check({
      ctx,
      input: { kind, content, ...(fleet && { fleet }), ...(selector !== undefined && { selector }) },
    }),
});
