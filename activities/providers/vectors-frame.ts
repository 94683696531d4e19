import type { Frame } from '../../workflows/contracts/answer.js';
import type { Json } from '../../workflows/contracts/json.js';
import type { VectorType } from '../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import { badResponse } from './json-answer.js';
import { isArray } from './json-fields.js';

/** What a vendor made of a call for embeddings, once its own form is read. */
export interface Vectors {
  /** Lists of numbers, in the order of the inputs. */
  readonly values: readonly (Json | undefined)[];
  /** How many were asked for. */
  readonly inputs: number;
  readonly vectorType?: VectorType;
  readonly model?: string | undefined;
  readonly id?: string | undefined;
  /** As far as the vendor reports it; where it reports nothing, it is counted from the call. */
  readonly units?: UnitCounts | undefined;
  readonly raw?: Json | undefined;
}

/** A whole answer. Throws `bad_response` where there are not as many vectors as inputs, or one is no list of numbers. */
export function toVectorsFrame({ values, inputs, vectorType, model, id, units, raw }: Vectors): Frame {
  if (values.length !== inputs) throw badResponse(`The vendor sent ${values.length} embeddings for ${inputs} inputs.`);
  return {
    events: [
      {
        type: 'start',
        ...(model !== undefined && { vendorModel: model }),
        ...(id !== undefined && { vendorId: id }),
      },
      ...values.map((vector, index) => ({
        type: 'embedding' as const,
        index,
        values: readVector(vector),
        ...(vectorType !== undefined && vectorType !== 'float' && { vectorType }),
      })),
      ...(units === undefined
        ? []
        : [
            {
              type: 'usage' as const,
              usage: { units, source: 'reported' as const, ...(raw !== undefined && { raw }) },
            },
          ]),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
}

function readVector(vector: Json | undefined): readonly number[] {
  if (isArray(vector) && vector.length > 0 && vector.every((value) => typeof value === 'number')) return vector;
  throw badResponse('The vendor sent an embedding without its numbers.');
}
