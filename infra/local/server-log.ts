import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const keepBytes = 10 * 1024 * 1024;

/**
 * A server's log as a file descriptor that the server itself writes to. Not a pipe: a server must be able to outlive
 * us for a moment without failing at its first line of log.
 */
export function openServerLog(path: string): { readonly fd: number; readonly offset: number; close(): void } {
  const fd = openSync(path, 'a', 0o600);
  let offset = statSync(path).size;
  if (offset > keepBytes) {
    truncateSync(path, 0);
    offset = 0;
  }
  return { fd, offset, close: () => closeSync(fd) };
}

/** What was written to the log since `offset`, at most its last `maxBytes`. */
export function readServerLog(path: string, offset: number, maxBytes = 4_000): string {
  const size = statSync(path).size;
  const start = Math.max(offset, size - maxBytes);
  const buffer = Buffer.alloc(Math.max(0, size - start));
  const fd = openSync(path, 'r');
  try {
    readSync(fd, buffer, 0, buffer.length, start);
  } finally {
    closeSync(fd);
  }
  return buffer.toString('utf8').trim();
}
