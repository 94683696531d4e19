import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { Demand } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';

/** The rule of thumb that unreported usage is counted by; stated in docs/durability.md. */
const bytesPerToken = 4;

/** Bytes of an answer's content, the only thing that is known of an answer whose usage was never reported. */
export function contentBytes(event: AnswerEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return Buffer.byteLength(event.text);
    case 'tool-call-start':
      return Buffer.byteLength(event.name);
    case 'tool-call-delta':
      return Buffer.byteLength(event.arguments);
    case 'audio-delta':
      // Sound has no bytes a token; its words are what is known of it.
      return Buffer.byteLength(event.transcript ?? '');
    case 'opaque':
      return Buffer.byteLength(JSON.stringify(event.data));
    default:
      return 0;
  }
}

/** True for an event after which the caller has seen part of the answer, so that no other model may answer instead. */
export function isContent(event: AnswerEvent): boolean {
  if (event.type === 'audio-delta' && event.data !== undefined) return true;
  return event.type === 'tool-call-start' || contentBytes(event) > 0;
}

/** Usage counted from what arrived: bytes at four a token, the input likewise, unless the vendor had reported a part. */
export function countUsage(demand: Demand, outputBytes: number, reported: Usage | undefined): Usage {
  const output = Math.ceil(outputBytes / bytesPerToken);
  return {
    units: {
      input: Math.ceil(demand.textBytes / bytesPerToken),
      ...reported?.units,
      output: Math.max(output, reported?.units.output ?? 0),
    },
    source: 'counted',
    ...(reported?.raw !== undefined && { raw: reported.raw }),
  };
}
