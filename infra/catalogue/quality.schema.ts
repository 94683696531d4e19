import { z } from 'zod';
import { TASK_KINDS } from '../../workflows/domain/model-quality.js';

const share = z.number().min(0).max(1);

/** Where many figures were taken from together, with what its licence asks to be said. */
const collection = z.strictObject({
  url: z.url(),
  licence: z.string(),
  author: z.string(),
  changes: z.string().optional(),
});

/** `floor` and `ceiling` are the figures that count as 0 and as 1 for the kinds that the benchmark speaks of. */
const benchmark = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kinds: z.array(z.enum(TASK_KINDS)).min(1),
    floor: z.number().min(0),
    ceiling: z.number().positive(),
  })
  .refine(({ floor, ceiling }) => ceiling > floor, 'ceiling must be above floor');

/** What was published of a model, as a share of 1; `asOf` is the day on which it was published, or else read. */
const figure = z.strictObject({
  benchmark: z.string(),
  score: share,
  source: z.url(),
  asOf: z.iso.date(),
  via: z.string().optional(),
});

/** `quality.json`: figures by model id, and how they become scores. */
export const qualitySchema = z
  .strictObject({
    collections: z.record(z.string(), collection),
    benchmarks: z.array(benchmark).min(1),
    models: z.record(z.string(), z.array(figure).min(1)),
  })
  .superRefine(({ collections, benchmarks, models }, context) => {
    const known = new Set(benchmarks.map(({ id }) => id));
    for (const [model, figures] of Object.entries(models)) {
      const seen = new Set<string>();
      for (const [index, { benchmark: id, via }] of figures.entries()) {
        const path = ['models', model, index];
        if (!known.has(id)) context.addIssue({ code: 'custom', path, message: `no benchmark ${id}` });
        if (seen.has(id)) context.addIssue({ code: 'custom', path, message: `a second figure of ${id}` });
        if (via !== undefined && !(via in collections)) {
          context.addIssue({ code: 'custom', path, message: `no collection ${via}` });
        }
        seen.add(id);
      }
    }
  });

export type QualityData = z.infer<typeof qualitySchema>;
