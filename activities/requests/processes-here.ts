import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A name that two processes share only where they see each other's process ids: containers can share a host's name, but
 * not its process namespace.
 */
export function machineName(): string {
  return [hostname(), fromLinux(readBootId), fromLinux(readProcessNamespace)].join('/');
}

/** False only where no process of this id runs here. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is somebody else's, but it is.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function readProcessNamespace(): string {
  return readlinkSync('/proc/self/ns/pid');
}

/** Other systems have neither file, and no containers that would need it. */
function fromLinux(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
