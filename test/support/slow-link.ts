import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowLink {
  /** `host:port`, in place of the server's own. */
  readonly address: string;
  /**
   * What clients send from now on, beyond so many bytes of each connection, arrives only after `release`; what the server
   * sends comes through.
   */
  hold(afterBytes?: number): void;
  /** How many connections have come to where they are held. */
  held(): number;
  release(): void;
  close(): Promise<void>;
}

/** A link to a server over TCP that a test can slow down as far as it likes, without a byte lost. */
export async function startSlowLink(server: string): Promise<SlowLink> {
  const [host = '', port = ''] = server.split(':');
  const clients = new Set<Socket>();
  const standing = new Set<Socket>();
  let heldAfter = Infinity;
  const listener = createServer((client) => {
    const upstream = connect(Number(port), host);
    clients.add(client);
    let sent = 0;
    const standIfHeld = (): void => {
      if (sent < heldAfter) return;
      client.pause();
      standing.add(client);
    };
    client.on('data', (bytes) => {
      upstream.write(bytes);
      sent += bytes.length;
      standIfHeld();
    });
    upstream.on('data', (bytes) => client.write(bytes));
    standIfHeld();
    const end = (): void => {
      clients.delete(client);
      standing.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    hold: (afterBytes = 0) => {
      heldAfter = afterBytes;
      if (afterBytes === 0) for (const client of clients) client.pause();
    },
    held: () => standing.size,
    release: () => {
      heldAfter = Infinity;
      standing.clear();
      for (const client of clients) client.resume();
    },
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
