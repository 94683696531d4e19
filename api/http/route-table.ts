import type { FastifyInstance } from 'fastify';
import type { EndpointScope } from '../../workflows/contracts/access.js';

/** What kind of route it is, stated where it is declared. */
export type RouteKind =
  | 'inference'
  | 'counting'
  | 'not_built'
  | 'models'
  | 'requests'
  | 'files'
  | 'batches'
  | 'signed'
  | 'vendor_webhook'
  | 'management'
  | 'health'
  | 'docs';

declare module 'fastify' {
  interface FastifyContextConfig {
    kind?: RouteKind;
    /** What a key must be allowed to call it, where it is for inference keys. */
    scope?: EndpointScope;
  }
  interface FastifyInstance {
    routeTable: RouteTable;
  }
}

export interface RouteEntry {
  readonly method: string;
  /** With Fastify's parameters, for example `/v1/requests/:id`. */
  readonly url: string;
  readonly kind: RouteKind | undefined;
  readonly scope: EndpointScope | undefined;
}

export interface RouteTable {
  readonly routes: readonly RouteEntry[];
  /** The methods that a path takes; none where no route has the path. */
  methodsOf(path: string): readonly string[];
}

/** Writes down every route as it is declared, for the 405 and for the tests that walk them. Must come before all routes. */
export function registerRouteTable(app: FastifyInstance): void {
  const routes: RouteEntry[] = [];
  const patterns = new Map<string, RegExp>();
  app.addHook('onRoute', (route) => {
    patterns.set(route.url, toPattern(route.url));
    const { kind, scope } = route.config ?? {};
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, kind, scope });
  });
  app.decorate('routeTable', {
    routes,
    methodsOf: (path) => [
      ...new Set(routes.filter(({ url }) => patterns.get(url)?.test(path)).map(({ method }) => method)),
    ],
  });
}

function toPattern(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`);
}
