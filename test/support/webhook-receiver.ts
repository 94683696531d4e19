import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How a receiver answers: by a status with headers or not, or in a way that no receiver should. */
export type Reception =
  | number
  | { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** Nothing is answered until `release`. */
  | 'hold'
  /** 200 with a body that does not end. */
  | 'endless'
  | 'break'
  | 'garbage';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookReceiver {
  /** Without a slash at its end. */
  readonly origin: string;
  /** Answers at this path in these ways in turn, and then in the last of them; 200 where nothing is said. */
  answer(path: string, ...receptions: readonly Reception[]): void;
  /** What has come to a path, oldest first. */
  at(path: string): readonly Received[];
  /** Answers everything that is held, with 200. */
  release(): void;
  close(): Promise<void>;
}

/** A server that webhooks go to, and that behaves as badly as it is told. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const plans = new Map<string, Reception[]>();
  const received: Received[] = [];
  const held = new Set<ServerResponse>();
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    // A gateway that is killed in the middle of sending is no fault of this server's.
    const body = await text(request).catch(() => '');
    received.push({ path, headers: request.headers, body });
    const plan = plans.get(path) ?? [];
    respond(response, (plan.length > 1 ? plan.shift() : plan[0]) ?? 200, held);
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const release = (): void => {
    for (const response of held) response.writeHead(200).end();
    held.clear();
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    answer: (path, ...receptions) => void plans.set(path, [...receptions]),
    at: (path) => received.filter((one) => one.path === path),
    release,
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respond(response: ServerResponse, reception: Reception, held: Set<ServerResponse>): void {
  switch (reception) {
    case 'hold':
      return void held.add(response);
    case 'break':
      return void response.destroy();
    case 'garbage':
      return void response.socket?.end('this is no HTTP\r\n\r\n');
    case 'endless': {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const piece = 'x'.repeat(65_536);
      const write = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', write);
      return write();
    }
    default: {
      const { status, headers } = typeof reception === 'number' ? { status: reception, headers: {} } : reception;
      return void response.writeHead(status, headers).end(`status ${status}`);
    }
  }
}
