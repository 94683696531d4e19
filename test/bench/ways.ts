import { chatBody } from './chat-body.js';
import { createExchange, type Exchange } from './exchange.js';
import type { Mode } from './options.js';
import type { Services } from './services.js';

/** What is compared. `floor` answers when its activity has run, `floor to result` when its workflow has ended. */
export type WayName = 'direct' | 'gateway' | 'floor' | 'floor to result';

export interface Way {
  readonly name: WayName;
  readonly exchange: Exchange;
  /** The Node process that does the work. */
  readonly nodePid: () => number;
  /** Absent where there is no workflow. */
  readonly nonEagerStarts?: () => Promise<number>;
}

export const chatPath = '/v1/chat/completions';

/** In the order in which they take their turns. A floor does not stream, so that it is measured with plain requests only. */
export function createWays(services: Services, mode: Mode): { readonly ways: readonly Way[]; close(): Promise<void> } {
  const { stack, vendor, floor } = services;
  const direct = createExchange({ origin: vendor.url, path: chatPath, body: chatBody(mode), mode });
  const gateway = createExchange({
    ...{ origin: stack.baseUrl, path: chatPath, mode, apiKey: stack.apiKey },
    body: chatBody(mode, 'openai/gpt-4o-mini'),
  });
  const floorExchange = (path: string) =>
    createExchange({ origin: floor.url, path, body: chatBody('plain'), mode: 'plain' });
  const early = floorExchange('/floor');
  const late = floorExchange('/floor?until=result');
  const ofFloor = { nodePid: () => floor.pid, nonEagerStarts: services.floorNonEagerStarts };
  const ofGateway = { nodePid: () => services.pids().gateway, nonEagerStarts: services.gatewayNonEagerStarts };
  const ways: readonly Way[] = [
    { name: 'direct', exchange: direct.exchange, nodePid: () => vendor.pid },
    { name: 'gateway', exchange: gateway.exchange, ...ofGateway },
    { name: 'floor', exchange: early.exchange, ...ofFloor },
    { name: 'floor to result', exchange: late.exchange, ...ofFloor },
  ];
  return {
    ways: mode === 'plain' ? ways : ways.slice(0, 2),
    close: async () => {
      await Promise.all([direct, gateway, early, late].map((each) => each.close()));
    },
  };
}
