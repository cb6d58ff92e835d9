/** Where the counting entry tells how many rows were written in the metadata store. */
export const metadataRowsPath = "/metadata-rows";

/** What the counting entry tells of a fleet's object. */
export interface FleetCounters {
  /** Times the object was built, which is once for each wake-up from hibernation. */
  built: number;
  messages: number;
  alarms: number;
  rowsWritten: number;
  rowsRead: number;
  /** When the object asked to be woken next, epoch ms. */
  alarmAtMs: number | null;
}
