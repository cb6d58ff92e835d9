import { expect, it } from "vitest";
import { readJson } from "./body.ts";

const refusal = (body: string) =>
  readJson(
    new Request("http://muster.test/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }),
  ).then(
    () => "taken",
    (error: unknown) => String(error),
  );

it.each([
  ['{"value":hunter2}', "Unexpected token 'h'"],
  [`{"value":"${"x".repeat(100)}","other":hunter2hunter2}`, "Unexpected token 'h'"],
  ['{"value":"hunter2"oops}', "after property value"],
  ['"hunter2', "Unterminated string"],
])("says where %s is no JSON, and repeats nothing of it", async (body, told) => {
  const text = await refusal(body);
  expect(text).toContain(`The body is not JSON: `);
  expect(text).toContain(told);
  expect(text).not.toContain("unter2");
});
