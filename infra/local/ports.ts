import { createServer } from 'node:net';
import getPort from 'get-port';
import type { Log } from './processes.js';

const triesUpwards = 100;
const highestPort = 65_535;
/** A listener on every address and one on loopback get in each other's way on some systems only; we keep clear of both. */
const probedHosts = ['127.0.0.1', '0.0.0.0', '::'];

/** A free port on loopback, whichever. */
export function freePort(): Promise<number> {
  return getPort({ host: '127.0.0.1' });
}

/** The wanted port, or the next free one above it, which is said. For defaults: a port that the user named never moves. */
export async function portFrom(wanted: number, what: string, log: Log): Promise<number> {
  for (let port = wanted; port <= Math.min(wanted + triesUpwards, highestPort); port += 1) {
    if (!(await isFree(port))) continue;
    if (port !== wanted) log(`Port ${wanted} is busy; ${what} takes ${port} instead.`);
    return port;
  }
  throw new Error(`Ports ${wanted} to ${wanted + triesUpwards} are all busy; ${what} needs one of them.`);
}

/** The port that the user named in a setting; refuses, in one sentence, where it is taken. 0 asks for any free one. */
export async function requirePort(wanted: number, setting: string): Promise<number> {
  if (wanted === 0) return freePort();
  if (await isFree(wanted)) return wanted;
  throw new Error(
    `Port ${wanted} (${setting}) cannot be listened on: stop what uses it, or set ${setting} to another port.`,
  );
}

async function isFree(port: number): Promise<boolean> {
  for (const host of probedHosts) if (!(await canListen(port, host))) return false;
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has nobody listening there either.
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
