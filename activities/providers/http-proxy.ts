import { BlockList, isIP } from 'node:net';
import { Agent, Pool, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';

/** The proxies of the environment, by the scheme of what they are for. */
export interface ProxySettings {
  /** URLs of http or https proxies, which may hold a name and a password. */
  readonly https?: string | undefined;
  readonly http?: string | undefined;
  /** Hosts that are reached without: names with all below them, addresses, networks (`10.0.0.0/8`), each with a port or not; `*` for all. */
  readonly noProxy?: string | undefined;
}

export interface Route {
  readonly dispatcher: Dispatcher;
  /** Host and port of the proxy on the way, without its credentials. */
  readonly proxy?: string;
}

export interface Routes {
  /** Throws where the URL is none. */
  routeOf(url: string): Route;
  close(): Promise<void>;
}

export interface RouteOptions {
  readonly agent: Agent.Options;
  /** For a connection to the proxy, its answer to CONNECT, and TLS with the vendor behind it, each. */
  readonly connectTimeoutMs: number;
  readonly proxies?: ProxySettings | undefined;
}

/** Ways to vendors, each with pools of its own: straight ahead, or through the proxy that is set for the URL's scheme. */
export function createRoutes({ agent, connectTimeoutMs, proxies = {} }: RouteOptions): Routes {
  const direct: Route = { dispatcher: new Agent(agent) };
  const through = (proxy: string | undefined): Route | undefined =>
    proxy === undefined ? undefined : createProxyRoute(proxy, agent, connectTimeoutMs);
  const https = through(proxies.https);
  const http = proxies.http === proxies.https ? https : through(proxies.http);
  const isDirect = parseNoProxy(proxies.noProxy ?? '');
  const routes = [...new Set([direct, https, http])].filter((route) => route !== undefined);
  return {
    routeOf: (text) => {
      const url = new URL(text);
      const proxied = url.protocol === 'https:' ? https : http;
      return proxied === undefined || isLoopback(url) || isDirect(url) ? direct : proxied;
    },
    close: async () => {
      await Promise.all(routes.map(({ dispatcher }) => dispatcher.close()));
    },
  };
}

function createProxyRoute(proxy: string, agent: Agent.Options, timeout: number): Route {
  const { origin, host, username, password } = new URL(proxy);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const { connect: _direct, ...pools } = agent;
  const dispatcher = new ProxyAgent({
    ...pools,
    // Without its credentials, which errors could quote.
    uri: origin,
    ...(username !== '' && { token: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    proxyTls: { timeout },
    requestTls: { timeout },
    // Otherwise a proxy that accepts connections and says nothing would be waited for as long as for a vendor's answer.
    clientFactory: (url, options) => new Pool(url, { ...options, headersTimeout: timeout }),
  });
  return { dispatcher, proxy: host };
}

/** A machine's own servers are behind no proxy, whatever the environment says. */
function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

type Rule = (host: string, port: number) => boolean;

function parseNoProxy(text: string): (url: URL) => boolean {
  const rules = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => ruleOf(entry.toLowerCase()));
  return (url) => rules.some((rule) => rule(hostOf(url), portOf(url)));
}

function ruleOf(entry: string): Rule {
  if (entry === '*') return () => true;
  const network = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry);
  if (network !== null) return inNetwork(network[1] ?? '', Number(network[2]));
  // An IPv6 address has colons of its own, and a port behind brackets only.
  const [, host, port] = /^\[(.+)\](?::(\d+))?$/.exec(entry) ??
    (isIP(entry) === 6 ? null : /^(.+?)(?::(\d+))?$/.exec(entry)) ?? [undefined, entry];
  const name = (host ?? '').replace(/^\*?\./, '').replace(/\.$/, '');
  return (wanted, wantedPort) => {
    if (port !== undefined && Number(port) !== wantedPort) return false;
    return wanted === name || (isIP(wanted) === 0 && wanted.endsWith(`.${name}`));
  };
}

function inNetwork(address: string, prefix: number): Rule {
  const [version, list] = [isIP(address), new BlockList()];
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return () => false;
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

function hostOf({ hostname }: URL): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
