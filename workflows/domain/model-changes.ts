import type { CheckModel, ListedModel, ModelChange, ModelFieldName, ModelFields } from '../contracts/catalogue.js';
import type { Model } from '../contracts/models.js';
import { mergeQuality, TASK_KINDS } from './model-quality.js';

/** What the operator says of each model at a time (milliseconds since 1970): of what is in force the last that was set counts. */
export function descriptionsInForce(changes: readonly ModelChange[], atMs: number): ReadonlyMap<string, ModelFields> {
  const inForce = new Map<string, ModelFields>();
  for (const { modelId, fields, effectiveFrom } of changes) {
    if (Date.parse(effectiveFrom) > atMs) continue;
    inForce.delete(modelId);
    if (fields !== undefined) inForce.set(modelId, fields);
  }
  return inForce;
}

/**
 * What was said before with what is said now; `reset` takes back what was said of a field or of one kind of work. Undefined
 * where nothing is left: the catalogue's word counts as it is.
 */
export function mergeModelFields(
  before: ModelFields | undefined,
  patch: ModelFields,
  reset: readonly ModelFieldName[] = [],
): ModelFields | undefined {
  const figures = { ...before?.quality, ...patch.quality };
  const kinds = TASK_KINDS.filter((kind) => figures[kind] !== undefined && !reset.includes(`quality.${kind}`));
  const quality = Object.fromEntries(kinds.map((kind) => [kind, figures[kind]]));
  const said = { ...before, ...patch, quality: kinds.length === 0 ? undefined : quality };
  const kept = Object.entries(said).filter(
    ([field, value]) => value !== undefined && !reset.includes(field as keyof ModelFields),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Every description there is; one that the operator's word breaks is the catalogue's, because nothing is sold by it. */
export function listModels(
  models: readonly Model[],
  said: ReadonlyMap<string, ModelFields>,
  check: CheckModel,
): readonly ListedModel[] {
  const known = new Set(models.map(({ id }) => id));
  const added = [...said.keys()].filter((id) => !known.has(id));
  return [
    ...models.map((model) => listModel(model.id, model, said.get(model.id), check)),
    ...added.map((id) => listModel(id, undefined, said.get(id), check)),
  ];
}

function listModel(
  id: string,
  base: Model | undefined,
  fields: ModelFields | undefined,
  check: CheckModel,
): ListedModel {
  if (fields === undefined) return { id, ...(base && { model: base }), changed: [] };
  const changed = Object.keys(fields).toSorted() as (keyof ModelFields)[];
  const checked = check(composeModel(id, base, fields));
  if ('model' in checked) return { id, model: checked.model, changed };
  const problem = checked.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return { id, ...(base && { model: base }), changed, problem };
}

/** The row that is checked: the catalogue's with what the operator says put over it. */
export function composeModel(id: string, base: Model | undefined, fields: ModelFields): object {
  const { quality: known, ...described } = base ?? {};
  const { quality: said, ...told } = fields;
  const quality = mergeQuality(known, said);
  return { id, maker: id.slice(0, Math.max(0, id.indexOf('/'))), ...described, ...told, ...(quality && { quality }) };
}
