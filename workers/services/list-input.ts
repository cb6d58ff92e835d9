export interface ListInput {
  limit: number;
  cursor?: string | undefined;
}
