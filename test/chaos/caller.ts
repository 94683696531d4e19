import { request } from 'node:http';
import type { JsonObject } from '../../workflows/contracts/json.js';

/** One request that a caller makes. */
export interface CallSpec {
  /** In the prompt, so that the vendor's log and a report can name it. */
  readonly tag: string;
  readonly stream: boolean;
  readonly idempotencyKey?: string;
  readonly body: JsonObject;
  /** Whether the first vendor refuses, so that a second one is asked. */
  readonly fallback: boolean;
  /** Where it is sent, chat completions unless given, and whose it is, the first project's unless given. */
  readonly path?: '/v1/chat/completions' | '/v1/responses';
  readonly apiKey?: string;
  /** Its answer is kept under its id. */
  readonly stored?: boolean;
  /** The text that the fake vendor answers; unknown for the sandbox. */
  readonly expectedText?: string;
  /** The caller breaks its connection: once all is sent, or once so many bytes have come. */
  readonly leaves?: 'sent' | number;
}

/** What came back over the connection. */
export interface Seen {
  readonly status?: number;
  readonly requestId?: string;
  readonly body: string;
  /** `whole`: the response ended as HTTP says; `cut`: the connection ended within it; `unreachable`: none began. */
  readonly end: 'whole' | 'cut' | 'unreachable';
}

export interface Gateway {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** Never rejects: what becomes of a caller whose gateway is killed is what a test looks at. */
export function callGateway({ baseUrl, apiKey }: Gateway, spec: CallSpec): Promise<Seen> {
  return new Promise((resolve) => {
    const sent = JSON.stringify(spec.body);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let left = false;
    const leave = (): void => {
      left = true;
      outgoing.destroy();
    };
    const seen = (end: Seen['end'], status?: number, requestId?: string): void =>
      resolve({
        ...(status !== undefined && { status }),
        ...(requestId !== undefined && { requestId }),
        body: Buffer.concat(chunks).toString(),
        end,
      });
    const outgoing = request(
      `${baseUrl}${spec.path ?? '/v1/chat/completions'}`,
      {
        method: 'POST',
        // A connection of its own: one that is left over from a killed gateway would only fail by itself.
        agent: false,
        headers: {
          authorization: `Bearer ${spec.apiKey ?? apiKey}`,
          'content-type': 'application/json',
          ...(spec.idempotencyKey !== undefined && { 'idempotency-key': spec.idempotencyKey }),
        },
      },
      (response) => {
        const requestId = response.headers['x-request-id'];
        const tell = (end: 'whole' | 'cut') => () =>
          seen(end, response.statusCode, typeof requestId === 'string' ? requestId : undefined);
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (typeof spec.leaves === 'number' && bytes >= spec.leaves) leave();
        });
        // Node may still tell of the end of what was broken off.
        response.once('end', () => tell(left ? 'cut' : 'whole')());
        response.once('error', tell('cut'));
        response.once('close', tell('cut'));
      },
    );
    outgoing.on('error', () => seen('unreachable'));
    outgoing.end(sent, () => {
      if (spec.leaves === 'sent') leave();
    });
  });
}
