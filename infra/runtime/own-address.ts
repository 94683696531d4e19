import { hostname, networkInterfaces } from 'node:os';
import type { ConfigProblem } from './config-error.js';

interface OwnAddress {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
}

/**
 * A vendor whose URL is this gateway would make each request call itself until the limit of requests in flight is
 * reached. The usual cause is an environment meant for our callers (`OPENAI_BASE_URL`), read by ourselves.
 */
export function ownAddressProblem(setting: string, vendorUrl: string, own: OwnAddress): ConfigProblem | undefined {
  const vendor = new URL(vendorUrl);
  const isPublic = own.publicUrl !== undefined && samePlace(vendor, new URL(own.publicUrl));
  const isListener = own.port !== 0 && portOf(vendor) === own.port && answersFor(own.host, vendor.hostname);
  if (!isPublic && !isListener) return undefined;
  return {
    setting,
    problem: 'points at this gateway itself',
    fix: 'Set it to the URL of the vendor, or leave it out.',
  };
}

function samePlace(a: URL, b: URL): boolean {
  return bareHost(a.hostname) === bareHost(b.hostname) && portOf(a) === portOf(b);
}

/** Whether a listener on `host` is what a client of `target` would reach. Host names that only DNS knows are beyond this check. */
function answersFor(host: string, target: string): boolean {
  const [listening, wanted] = [bareHost(host), bareHost(target)];
  if (listening === wanted) return true;
  const everywhere = listening === '0.0.0.0' || listening === '::';
  if (isLoopback(wanted)) return everywhere || isLoopback(listening);
  return everywhere && ownHosts().includes(wanted);
}

function isLoopback(host: string): boolean {
  const mapped = /^::ffff:(.+)$/.exec(host)?.[1];
  // `URL` writes a mapped IPv4 address in hexadecimal: 127.0.0.1 becomes ::ffff:7f00:1.
  if (mapped !== undefined) return mapped.startsWith('127.') || /^7f[0-9a-f]{2}:/.test(mapped);
  // A client that asks for the unspecified address reaches this machine.
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host.startsWith('127.') ||
    ['::1', '::', '0.0.0.0'].includes(host)
  );
}

function ownHosts(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  return [hostname().toLowerCase(), ...addresses];
}

function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
