import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { vendorAnswer, vendorEvents } from './chat-body.js';
import { endWithParent } from './end-with-parent.js';

// A vendor in a process of its own that costs next to nothing: the same answer to everybody, made once. A stream's events
// are written one a turn of the event loop, without a pause, so that most go out as packets of their own.

endWithParent();
const answer = vendorAnswer();
const events = vendorEvents();

async function sendStream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_bench' });
  for (const event of events) {
    if (response.destroyed) return;
    response.write(event);
    await nextTurn();
  }
  response.end();
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => (body += text));
  request.on('end', () => {
    const { stream } = JSON.parse(body) as { readonly stream?: boolean };
    if (stream === true) return void sendStream(response);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer),
      'x-request-id': 'req_bench',
    });
    response.end(answer);
  });
});
// Connections outlive the pauses between the parts of a run, so that no request pays for opening one.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
