import type { Offer } from '../../workflows/contracts/offers.js';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import type { RoutingRules } from '../../workflows/contracts/routing.js';
import { nearestNames } from '../../workflows/domain/nearest-names.js';
import { canonicalSlug, vendorOfSlug } from '../../workflows/domain/routing/vendor-slugs.js';
import { refused } from '../http/refused-error.js';

const NEAREST = 3;

type OffersOfAllKinds = Pick<Catalogue, 'offers' | 'media'>;

/**
 * Refuses rules that name nobody or that no offer can meet, before anything is planned. `path` is where they stand in what was
 * sent. @throws RefusalError `invalid_request`, with the field.
 */
export function checkRoutingRules(rules: RoutingRules, path: string, catalogue: OffersOfAllKinds): void {
  for (const field of ['only', 'ignore', 'order'] as const) {
    rules[field]?.forEach((slug, index) => checkSlug(slug, `${path}.${field}[${index}]`, catalogue));
  }
  const contradiction = contradictionOf(rules);
  if (contradiction === undefined) return;
  const { field, why } = contradiction;
  throw refused('invalid_request', `Invalid '${path}.${field}': ${why}.`, { param: `${path}.${field}` });
}

function checkSlug(slug: string, param: string, { offers, media = [] }: OffersOfAllKinds): void {
  // Rules are about requests of every kind: who serves none of this one is left out by the plan, which says so.
  const known = [...new Set([...vendorsOf(offers), ...vendorsOf(media)])];
  const vendor = vendorOfSlug(slug);
  if (known.includes(vendor)) return;
  const nearest = nearestNames(vendor, known, NEAREST);
  const message = `Invalid '${param}': no vendor is known here as '${slug}'. The nearest are ${nearest.join(', ')}.`;
  throw refused('invalid_request', message, { param });
}

/** All vendors of the catalogue, also those without a credential: which of them can serve is the plan's part. */
function vendorsOf(offers: readonly Offer[]): readonly string[] {
  const known = memo.get(offers);
  if (known) return known;
  const vendors = [...new Set(offers.map(({ vendor }) => vendor))];
  memo.set(offers, vendors);
  return vendors;
}

/** A memo of a pure function: the catalogue's list stays until a price changes. */
const memo = new WeakMap<readonly Offer[], readonly string[]>();

function contradictionOf(rules: RoutingRules): { readonly field: string; readonly why: string } | undefined {
  const [only, ignore, order] = [rules.only, rules.ignore, rules.order].map((list) => list?.map(canonicalSlug));
  const ignores = (slug: string): boolean => isNamedIn(ignore, slug);
  if (only?.every(ignores)) return { field: 'only', why: "everything that it allows is in 'ignore' as well" };
  if (order?.every(ignores)) return { field: 'order', why: "everything that it lists is in 'ignore' as well" };
  if (only && order && !order.some((slug) => isNamedIn(only, slug) || only.some((name) => isNamedIn([slug], name)))) {
    return { field: 'order', why: "it lists nothing that 'only' allows" };
  }
  if (rules.sort && rules.weights)
    return { field: 'weights', why: "'sort' asks for one metric alone. Give one of the two" };
  return undefined;
}

/** A vendor alone names all of its regions. */
function isNamedIn(list: readonly string[] | undefined, slug: string): boolean {
  return list !== undefined && (list.includes(slug) || list.includes(vendorOfSlug(slug)));
}
