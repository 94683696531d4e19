import type { z } from 'zod';
import type { CheckModel, CheckOffer, FieldProblem } from '../../workflows/contracts/catalogue.js';
import type { MediaOffer } from '../../workflows/contracts/media-offers.js';
import type { Model } from '../../workflows/contracts/models.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { withUniqueNames } from '../../workflows/domain/offer-names.js';
import { findCheapSteps } from '../../workflows/domain/price-steps.js';
import { type CatalogueOffer, mediaOfferSchema, modelRowSchema, offerSchema } from './offer.schema.js';

/** What is right of a list, and all that is wrong with it, each as `id: field: what`. */
export interface Checked<T> {
  readonly rows: readonly T[];
  readonly problems: readonly string[];
}

export function checkOffers(listed: readonly unknown[]): Checked<CatalogueOffer> {
  const { rows, problems } = checkRows(offerSchema, listed);
  const cheap = new Map(rows.map((offer) => [offer.id, findCheapSteps(offer)]));
  const reservable = rows.filter(({ id }) => cheap.get(id)?.length === 0);
  const { unique, clashes } = withUniqueNames(reservable);
  return {
    rows: unique,
    problems: [
      ...problems,
      ...[...cheap].flatMap(([id, found]) => found.map(({ field, message }) => `${id}: ${field}: ${message}`)),
      ...clashes.map(({ offer, name, ownerId }) => `${offer.id}: the name ${name} is taken by ${ownerId}`),
    ],
  };
}

/** One row, by the same rules but for names, which only its neighbours can tell. */
export const checkOffer: CheckOffer = (row) => {
  // What its vendor's picture tool costs was hung on it from the vendor's own media offers, and is nobody's to set.
  const { imageTool, ...own } = (typeof row === 'object' && row !== null ? row : {}) as Partial<Offer>;
  const { data, error } = offerSchema.safeParse(imageTool === undefined ? row : own);
  const problems: readonly FieldProblem[] = data === undefined ? toFieldProblems(error) : findCheapSteps(data);
  const [first, ...others] = problems;
  return first === undefined && data !== undefined
    ? { offer: imageTool === undefined ? data : { ...data, imageTool } }
    : { problems: [first ?? { field: '', message: 'is no offer' }, ...others] };
};

export const checkModel: CheckModel = (row) => {
  const { data, error } = modelRowSchema.safeParse(row);
  if (data !== undefined) return { model: data };
  const [first, ...others] = toFieldProblems(error);
  return { problems: [first ?? { field: '', message: 'is no model' }, ...others] };
};

export function checkMediaOffers(listed: readonly unknown[]): Checked<MediaOffer> {
  return checkRows(mediaOfferSchema, listed);
}

export function checkModelRows(listed: readonly unknown[]): Checked<Model> {
  return checkRows(modelRowSchema, listed);
}

function checkRows<S extends z.ZodType>(schema: S, listed: readonly unknown[]): Checked<z.infer<S>> {
  const checked = listed.map((row) => schema.safeParse(row));
  return {
    rows: checked.flatMap(({ data }) => (data === undefined ? [] : [data])),
    problems: checked.flatMap(({ error }, index) => (error ? toProblems(error, listed[index], index) : [])),
  };
}

function toProblems(error: z.ZodError, row: unknown, index: number): readonly string[] {
  const id: unknown = typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined;
  const name = typeof id === 'string' ? id : `row ${index}`;
  return toFieldProblems(error).map(({ field, message }) => `${name}: ${field}: ${message}`);
}

function toFieldProblems(error: z.ZodError): readonly FieldProblem[] {
  return error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
}
