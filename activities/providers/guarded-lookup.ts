import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Resolves a name to all of its addresses. */
export type Resolve = (
  hostname: string,
  callback: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void;

export interface Guard {
  /** For `net.connect`: gives only public addresses, and fails where a name has any other. */
  readonly lookup: LookupFunction;
  /** Why a host that is written as an address must not be connected to; names are for `lookup`, which is not asked of these. */
  refuseLiteral(hostname: string): Error | undefined;
}

/** What is not a public unicast address, by the IANA registries of special-purpose addresses (RFC 6890, as of 2025). */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
  ] as const),
  ...([
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
];
/** All public addresses of version 6 are in here. */
const GLOBAL_IPV6 = ['2000::', 3] as const;
/** Parts of it that lead elsewhere: Teredo and other protocol assignments, documentation, 6to4. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [net, prefix] of SPECIAL_IPV4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of SPECIAL_IPV6) special.addSubnet(net, prefix, 'ipv6');
const globalIpv6 = new BlockList();
globalIpv6.addSubnet(...GLOBAL_IPV6, 'ipv6');

/** False also for what is no address. Addresses of version 4 in those of version 6 (`::ffff:127.0.0.1`) are never public here. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      return globalIpv6.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}

export function createGuard(resolve: Resolve = resolveBySystem): Guard {
  return {
    lookup: (hostname, options, callback) => {
      resolve(hostname, (error, addresses) => {
        // Node gives no list beside an error, whatever its types say.
        const found = error ? [] : addresses;
        const refused = error ?? (found.every(({ address }) => isPublicAddress(address)) ? undefined : refusal());
        const [first] = found;
        if (refused || !first) callback(refused ?? refusal(), '', 0);
        // The very addresses that were checked are handed on, so that nothing is resolved a second time.
        else if (options.all) callback(null, [...found]);
        else callback(null, first.address, first.family);
      });
    },
    refuseLiteral: (hostname) => {
      const bare = hostname.replace(/^\[|\]$/g, '');
      return isIP(bare) === 0 || isPublicAddress(bare) ? undefined : refusal();
    },
  };
}

function resolveBySystem(hostname: string, callback: Parameters<Resolve>[1]): void {
  systemLookup(hostname, { all: true }, callback);
}

/** Without the address: what a name means inside the operator's network is nobody else's business. */
function refusal(): Error {
  return Object.assign(new Error('the address is not public'), { code: 'ERR_ADDRESS_NOT_PUBLIC' });
}
