import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { mintRequestId } from '../request-id.js';
import type { RenderRefusal } from './rendered-error.js';

const PROBLEMS: { readonly [code: string]: { readonly status: number; readonly message: string } } = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request are too large.' },
};
const NOT_HTTP = { status: 400, message: 'The request is not valid HTTP.' };

/** Answers bytes that are no HTTP request: there is no request object yet, so the response is written by hand. */
export function createClientErrorHandler(render: RenderRefusal) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const requestId = mintRequestId();
    const { status, message } = PROBLEMS[error.code ?? ''] ?? NOT_HTTP;
    const { headers, body } = render({ code: 'invalid_request', message }, requestId);
    const text = JSON.stringify(body);
    const all = {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      'x-request-id': requestId,
      connection: 'close',
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    if (socket.writable)
      socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`);
    socket.destroySoon();
  };
}
