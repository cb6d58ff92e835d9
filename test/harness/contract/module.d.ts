/** Made by `compile.ts` when the tests start. */
declare module "virtual:contract" {
  interface Check {
    (data: unknown): boolean;
    errors?: { instancePath: string; message?: string; params: unknown }[] | null;
  }
  export interface ContractOperation {
    method: string;
    path: string;
    /** A regular expression of the whole path. */
    pattern: string;
    operationId: string;
    responses: Record<
      string,
      {
        /** That must be there. */
        headers: string[];
        /** That a problem may have. */
        codes: string[];
        /** Content type → the export that checks it; null = any bytes. */
        content: Record<string, string | null>;
      }
    >;
  }
  export const operations: ContractOperation[];
  /** The export that checks a problem. */
  export const problem: string;
  const checks: Record<string, Check>;
  export default checks;
}
