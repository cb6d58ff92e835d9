import { expect, test } from "vitest";
import { fitsPattern } from "./allowed.ts";

test.each([
  ["uptime", ["uptime"], true],
  ["uptime", ["uptime", "-p"], false],
  ["uptime", [], false],
  ["systemctl status *", ["systemctl", "status", "nginx"], true],
  ["systemctl status *", ["systemctl", "stop", "nginx"], false],
  ["systemctl status *", ["systemctl", "status", "nginx", "extra"], false],
  ["systemctl status *", ["systemctl", "status", "-Hroot@elsewhere"], false],
  ["ls **.log", ["ls", "--hyperlink=x.log"], false],
  ["cat /var/log/*", ["cat", "/var/log/syslog"], true],
  ["cat /var/log/*", ["cat", "/var/log/../../etc/shadow"], false],
  ["cat /var/log/*", ["cat", "/var/log/a /etc/shadow"], false],
  ["cat /var/log/**", ["cat", "/var/log/nginx/error.log"], true],
  ["journalctl **", ["journalctl"], true],
  ["journalctl **", ["journalctl", "-u", "nginx"], true],
  ["journalctl **", ["journalctlx"], false],
  ["a.c", ["abc"], false],
])("%s: %j", (pattern, argv, fits) => {
  expect(fitsPattern(argv, pattern)).toBe(fits);
});
