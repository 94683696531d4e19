import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { pictureNews } from '../../workflows/domain/image-tool.js';
import type { Picture } from '../../workflows/domain/picture-tokens.js';
import { contentBytes, isContent } from './counted-usage.js';

/** What an attempt has brought so far. */
export interface Meter {
  readonly outputBytes: number;
  readonly hasContent: boolean;
  readonly finishedChoices: number;
  /** Whole pictures of a request for pictures. */
  readonly images: number;
  /** What the vendor's own tool made: each whole picture, and how many that were not done yet. */
  readonly pictures: readonly Picture[];
  readonly partialPictures: number;
  readonly usage?: Usage;
}

export const NEW_METER: Meter = {
  outputBytes: 0,
  hasContent: false,
  finishedChoices: 0,
  images: 0,
  pictures: [],
  partialPictures: 0,
};

/** Counts one more frame. A vendor may report usage in parts; the later report of a unit stands. */
export function meterFrame(meter: Meter, frame: Frame): Meter {
  return frame.events.reduce(meterEvent, meter);
}

function meterEvent(meter: Meter, event: AnswerEvent): Meter {
  switch (event.type) {
    case 'finish':
      return { ...meter, finishedChoices: meter.finishedChoices + 1 };
    case 'usage':
      return { ...meter, usage: { ...event.usage, units: { ...meter.usage?.units, ...event.usage.units } } };
    case 'opaque':
      return meterPicture({ ...meter, outputBytes: meter.outputBytes + contentBytes(event), hasContent: true }, event);
    default:
      return {
        ...meter,
        outputBytes: meter.outputBytes + contentBytes(event),
        hasContent: meter.hasContent || isContent(event),
        images: meter.images + (event.type === 'image' ? 1 : 0),
      };
  }
}

function meterPicture(meter: Meter, { data }: Extract<AnswerEvent, { type: 'opaque' }>): Meter {
  const news = pictureNews(data);
  switch (news?.type) {
    case undefined:
      return meter;
    case 'made':
      return { ...meter, pictures: [...meter.pictures, news.picture] };
    case 'partial':
      return { ...meter, partialPictures: meter.partialPictures + 1 };
  }
}
