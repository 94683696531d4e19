import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type {
  CheckModel,
  ListedModel,
  ModelChange,
  ModelFields,
  OperatorModels,
} from '../../workflows/contracts/catalogue.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Model } from '../../workflows/contracts/models.js';
import {
  composeModel,
  descriptionsInForce,
  listModels,
  mergeModelFields,
} from '../../workflows/domain/model-changes.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database } from '../storage/database.js';
import { toModelChange } from './change-rows.js';
import { insertChange } from './insert-change.js';
import { toParam } from './offer-refusals.js';
import { pageOfChanges } from './page-of-changes.js';
import { pageOfOffers } from './page-of-offers.js';
import { readModelChanges } from './read-catalogue.js';

/** The descriptions of models that the operator manages; how they come into force is `live-catalogue.ts`. */
export function createOperatorModels(deps: {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly models: readonly Model[];
  readonly check: CheckModel;
}): OperatorModels {
  const { database, audit, models, check } = deps;
  const listAt = (changes: readonly ModelChange[], atMs: number): readonly ListedModel[] =>
    listModels(models, descriptionsInForce(changes, atMs), check);
  return {
    list: async (query) => pageOfOffers(listAt(await readModelChanges(database), Date.now()), query),
    describe: (by, modelId, { fields, reset, reason, effectiveFrom }) =>
      database.transaction(async (transaction) => {
        await transaction.query({ text: 'LOCK TABLE catalogue.changes IN SHARE ROW EXCLUSIVE MODE' });
        const changes = await readModelChanges(transaction);
        const atMs = effectiveFrom?.getTime() ?? Date.now();
        const before = descriptionsInForce(changes, atMs).get(modelId);
        const after = mergeModelFields(before, fields, reset);
        requireFit(modelId, models, after, check);
        const note = { reason, ...(effectiveFrom && { effectiveFrom }) };
        const row = await insertChange(transaction, by, { kind: 'model', objectId: modelId, fields: after, ...note });
        await transaction.query(
          audit.entry(by, {
            ...{ type: 'model.updated', objectId: modelId },
            after: { fields: (after ?? null) as JsonObject | null, reason, effective_from: row.effectiveFrom },
            ...(before && { before: { fields: before as JsonObject } }),
          }),
        );
        const said = new Map(after ? [[modelId, after]] : []);
        const [described] = listModels(models, said, check).filter(({ id }) => id === modelId);
        return described ?? { id: modelId, changed: [] };
      }),
    history: ({ modelId, ...query }) =>
      pageOfChanges(database, { kind: 'model', objectId: modelId, toItem: toModelChange }, query),
  };
}

function requireFit(
  modelId: string,
  models: readonly Model[],
  fields: ModelFields | undefined,
  check: CheckModel,
): void {
  const base = models.find(({ id }) => id === modelId);
  if (fields === undefined) return;
  const checked = check(composeModel(modelId, base, fields));
  if ('model' in checked) return;
  const [{ field, message }] = checked.problems;
  const param = field === 'id' ? 'model_id' : toParam(field);
  const hint = base === undefined ? ' The catalogue does not know this model, so that all of it has to be said.' : '';
  throw refuse('invalid_request', `Invalid '${param}': ${message}.${hint}`, { param });
}
