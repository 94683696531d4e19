import type { EmbeddingCall, EmbeddingInput } from '../../workflows/contracts/media-calls.js';
import { refuseCall } from './refuse-call.js';

/** The inputs as texts. Refuses what a vendor that reads text alone cannot embed. */
export function textsOf(inputs: readonly EmbeddingInput[]): readonly string[] {
  return inputs.map((input, index) => {
    const param = `input[${index}]`;
    if (input.type === 'image') throw refuseCall('This model embeds text only. Leave the image out.', param);
    if (input.type === 'text') return input.text;
    throw refuseCall('This model takes text, and no numbers of tokens. Send the text itself.', param);
  });
}

/** Refuses more inputs than the vendor takes in one request: to ask it several times would be to pay for what may fail half-way. */
export function refuseMoreInputs({ inputs }: Pick<EmbeddingCall, 'inputs'>, most: number): void {
  if (inputs.length <= most) return;
  const one = most === 1 ? 'one input' : `${most} inputs`;
  throw refuseCall(
    `This model takes at most ${one} in a request, but got ${inputs.length}. Send several requests.`,
    'input',
  );
}
