import type { EndpointScope, Restrictions } from '../contracts/access.js';
import type { RestrictionsChange } from '../contracts/tenancy.js';

/** The endpoints that a level may be limited to; the compiler sees to it that none is missing. */
export const ENDPOINT_SCOPES = Object.keys({
  chat: true,
  responses: true,
  messages: true,
  embeddings: true,
  rerank: true,
  images: true,
  audio: true,
  video: true,
  files: true,
  batches: true,
  models: true,
  requests: true,
} satisfies Record<EndpointScope, true>) as EndpointScope[];

/** Whether every level allows the model; a level that names allowed models allows no other, and a denial always counts. */
export function allowsModel(levels: readonly Restrictions[], offerId: string): boolean {
  return levels.every(
    ({ allowedModels, deniedModels }) =>
      (allowedModels?.some((pattern) => matchesModel(pattern, offerId)) ?? true) &&
      !(deniedModels?.some((pattern) => matchesModel(pattern, offerId)) ?? false),
  );
}

export function allowsEndpoint(levels: readonly Restrictions[], endpoint: EndpointScope): boolean {
  return levels.every(({ allowedEndpoints }) => allowedEndpoints?.includes(endpoint) ?? true);
}

/** A level after a change: what the change leaves out stays, and null takes a restriction away. */
export function changeRestrictions(before: Restrictions, change: RestrictionsChange = {}): Restrictions {
  const allowedModels = changed(before.allowedModels, change.allowedModels);
  const deniedModels = changed(before.deniedModels, change.deniedModels);
  const allowedEndpoints = changed(before.allowedEndpoints, change.allowedEndpoints);
  return {
    ...(allowedModels && { allowedModels }),
    ...(deniedModels && { deniedModels }),
    ...(allowedEndpoints && { allowedEndpoints }),
  };
}

function changed<T>(before: T | undefined, change: T | null | undefined): T | undefined {
  return change === undefined ? before : (change ?? undefined);
}

/** `*` stands for any run of characters. By hand and not as a regular expression, whose running time a pattern could blow up. */
export function matchesModel(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
