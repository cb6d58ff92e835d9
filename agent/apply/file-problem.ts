import { userInfo } from "node:os";
import { plainPath } from "../durable-file.ts";

const verbs: Record<string, string> = {
  open: "open",
  write: "write",
  fsync: "write",
  fchmod: "write",
  fchown: "write",
  rename: "replace",
  link: "replace",
  symlink: "create",
  mkdir: "create",
  unlink: "remove",
  rm: "remove",
  rmdir: "remove",
  scandir: "list",
  read: "read",
};

const reasons: Record<string, () => string> = {
  ENOSPC: () => "the disk is full; free some space, then retry",
  EDQUOT: () => "the disk quota of the agent's user is used up; raise it or free some space, then retry",
  EROFS: () => "it is on a read-only file system; mount that writable, or give the agent another folder",
  EACCES: () =>
    `the agent's user ${userName()} has no right to; give it the right with chown or chmod, then retry`,
  EPERM: () =>
    `the system does not let the agent's user ${userName()}; see whether it is immutable (chattr) or belongs to another user`,
  EBUSY: () => "it is a mount point of its own; mount its folder instead of the single file",
  ELOOP: () => "it is a link, which the agent does not follow; put the file itself there",
  ENOTDIR: () => "a file stands where a folder is needed; remove it or rename the config's file",
  EISDIR: () => "a folder stands where the file belongs; remove it or rename the config's file",
  ENAMETOOLONG: () => "the name is too long for this file system; give its config a shorter file name",
  EMFILE: () => "the agent has too many files open; raise its limit (LimitNOFILE), then retry",
  EIO: () => "the disk reports an error; look into the system's log",
};

/** What went wrong, for people: of the file system's own errors the cause and what helps. */
export function problemText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : reasons[code];
  if (!reason || path === undefined) return error.message;
  return `cannot ${verbs[syscall ?? ""] ?? "use"} ${plainPath(path)}: ${reason()} (${code})`;
}

function userName(): string {
  const uid = process.getuid?.() ?? -1;
  try {
    return `${userInfo().username} (uid ${uid})`;
  } catch {
    // A user without a line in /etc/passwd, as in a container.
    return `with uid ${uid}`;
  }
}
