import pg from 'pg';

export interface Notifications {
  /** Calls back with each payload, and with `undefined` after a reconnect, when any number may have been missed. */
  on(channel: string, listener: (payload: string | undefined) => void): void;
  close(): Promise<void>;
}

/** One connection that listens, reconnecting for as long as it is open. */
export function createNotifications(options: {
  readonly url: string;
  readonly channels: readonly string[];
  readonly onError: (error: Error) => void;
}): Notifications {
  const listeners = new Map<string, ((payload: string | undefined) => void)[]>();
  let client: pg.Client | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const tell = (channel: string, payload: string | undefined): void => {
    for (const listener of listeners.get(channel) ?? []) listener(payload);
  };
  const reconnectLater = (): void => {
    client = undefined;
    if (!closed && !retry) retry = setTimeout(() => void connect(), 250);
  };
  const connect = async (): Promise<void> => {
    retry = undefined;
    const next = new pg.Client({
      connectionString: options.url,
      application_name: 'sluice-listen',
      connectionTimeoutMillis: 5_000,
    });
    next.on('error', (error) => {
      options.onError(error);
      next.end().catch(options.onError);
      if (client === next) reconnectLater();
    });
    next.on('notification', (message) => tell(message.channel, message.payload ?? ''));
    try {
      await next.connect();
      for (const channel of options.channels) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      if (closed) return await next.end();
      client = next;
      for (const channel of options.channels) tell(channel, undefined);
    } catch (error) {
      options.onError(error as Error);
      // One that had connected, but could not listen, would tell everything twice beside its successor.
      next.end().catch(options.onError);
      reconnectLater();
    }
  };
  void connect();

  return {
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
