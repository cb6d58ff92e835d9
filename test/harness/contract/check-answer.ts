/// <reference path="./module.d.ts" />
/** Holds every answer that a test gets against the OpenAPI document: status, content type, headers, body, code. */
import checks, { type ContractOperation, operations, problem } from "virtual:contract";

const problemType = "application/problem+json";
const known = operations.map((operation) => ({ ...operation, pattern: new RegExp(operation.pattern) }));

function operationAt(
  method: string,
  path: string,
): Pick<ContractOperation, "operationId" | "responses"> | undefined {
  const { pathname } = new URL(path, "http://muster.test");
  return known.find((one) => one.method === method && one.pattern.test(pathname));
}

function faultsOf(check: string, body: unknown): string[] {
  const validate = checks[check];
  if (!validate) return [`no check is called ${check}`];
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath || "the body"} ${message} ${JSON.stringify(params)}`,
  );
}

/** What of an answer the document does not say; a path that it does not have may only be refused, as a problem. */
export function contractFaults(
  method: string,
  path: string,
  answer: { status: number; headers: Headers; body: unknown },
): string[] {
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const faults = answer.headers.has("x-request-id") ? [] : ["has no x-request-id"];
  if (type === problemType) faults.push(...faultsOf(problem, answer.body));
  const operation = operationAt(method, path);
  if (!operation) {
    if (type !== problemType) faults.push(`${method} ${path} is not in the document`);
    return faults;
  }
  const response = operation.responses[String(answer.status)];
  if (!response) return [...faults, `${operation.operationId} does not say that it answers ${answer.status}`];
  for (const header of response.headers) {
    if (!answer.headers.has(header)) faults.push(`has no ${header}`);
  }
  const types = Object.keys(response.content);
  if (types.length === 0) {
    if (answer.body !== null) faults.push(`answers a body with ${answer.status}`);
    return faults;
  }
  if (!types.includes(type))
    return [...faults, `answers ${type || "nothing"} instead of ${types.join(", ")}`];
  if (type === problemType) {
    const { code } = answer.body as { code: string };
    if (!response.codes.includes(code)) faults.push(`does not say that it answers ${code}`);
    return faults;
  }
  const check = response.content[type];
  return check ? [...faults, ...faultsOf(check, answer.body)] : faults;
}
