import type { JsonObject } from '../../workflows/contracts/json.js';
import type { FakeVendorControls } from './controls.js';
import { patienceMs } from './controls.js';
import { textOf } from './json-fields.js';
import type { Script } from './scripts.js';

/** The control API over HTTP: every answer is JSON; a wait that came to nothing, or a wrong script, is a 400 with `error`. */
export const answerControl = async (
  controls: FakeVendorControls,
  route: string,
  query: URLSearchParams,
  body: JsonObject,
): Promise<unknown> => {
  const timeoutMs = Number(query.get('timeoutMs') ?? patienceMs);
  const count = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined);
  switch (route) {
    case 'POST /control/script':
      await controls.script(body as unknown as Script);
      return {};
    case 'POST /control/release':
      return { released: await controls.release(body.all === true ? 'all' : textOf(body.id)) };
    case 'POST /control/reset':
      await controls.reset();
      return {};
    case 'GET /control/held':
      return controls.waitForHeld(count('atLeast') ?? 0, timeoutMs);
    case 'GET /control/log':
      await controls.waitForReceived(count('received') ?? 0, timeoutMs);
      return controls.waitForEnded(count('ended') ?? 0, timeoutMs);
    default:
      throw new Error(`fake vendor: no such control: ${route}`);
  }
};
