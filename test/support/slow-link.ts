import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowLink {
  /** `host:port`, in place of the server's own. */
  readonly address: string;
  /** What clients send from now on arrives only after `release`; what the server sends comes through. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

/** A link to a server over TCP that a test can slow down as far as it likes, without a byte lost. */
export async function startSlowLink(server: string): Promise<SlowLink> {
  const [host = '', port = ''] = server.split(':');
  const clients = new Set<Socket>();
  let held = false;
  const listener = createServer((client) => {
    const upstream = connect(Number(port), host);
    clients.add(client);
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => client.write(bytes));
    if (held) client.pause();
    const end = (): void => {
      clients.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    hold: () => {
      held = true;
      for (const client of clients) client.pause();
    },
    release: () => {
      held = false;
      for (const client of clients) client.resume();
    },
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
