import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { type ClassifiedFailure, classifyErrorEvent } from '../../classify-failure.js';
import { asCount } from '../../json-fields.js';
import { toSource, usageOf } from './from-openai-images.js';

export interface ImagesStreamState {
  /** How many were asked for. */
  readonly count: number;
  /** How many are whole. */
  readonly whole: number;
  readonly failure?: ClassifiedFailure;
}

export function startImagesStream(count: number): ImagesStreamState {
  return { count, whole: 0 };
}

/**
 * One event of OpenAI's stream of pictures (`ImageGenStreamEvent`, `ImageEditStreamEvent`). The answer is whole with its last
 * whole picture, which no end marker follows. Where several tell of usage the last one stands: nothing is counted twice.
 */
export function reduceOpenAiImages(state: ImagesStreamState, event: JsonObject): [ImagesStreamState, Frame] {
  const wire = { dialect: 'openai-images', streamed: true, body: event } as const;
  switch (wordOf(event)) {
    case 'partial_image': {
      const partial = asCount(event['partial_image_index']) ?? 0;
      const shown = { type: 'image-partial', index: state.whole, partial, source: toSource(event) } as const;
      return [state, { events: [shown], wire }];
    }
    case 'completed': {
      const whole = state.whole + 1;
      const made = { type: 'image', index: state.whole, source: toSource(event) } as const;
      const usage = { type: 'usage', usage: usageOf(event, whole) } as const;
      const finish = { type: 'finish', choice: 0, reason: { unified: 'stop' } } as const;
      return [
        { ...state, whole },
        { events: [made, usage, ...(isWhole({ ...state, whole }) ? [finish] : [])], wire },
      ];
    }
    case 'error':
      return [{ ...state, failure: classifyErrorEvent(event) }, { events: [] }];
    default:
      return [state, { events: [], wire }];
  }
}

export function isWhole({ whole, count }: ImagesStreamState): boolean {
  return whole >= count;
}

/** `image_generation.completed` and `image_edit.completed` mean the same. */
function wordOf({ type, error }: JsonObject): string | undefined {
  if (type === 'error' || (type === undefined && error !== undefined)) return 'error';
  return typeof type === 'string' ? /^image_(?:generation|edit)\.(\w+)$/.exec(type)?.[1] : undefined;
}
