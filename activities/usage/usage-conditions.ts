import type { UsageFilter } from '../../workflows/contracts/usage-reports.js';

/** The values of one statement, in the order in which its text names them. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and gives its place, `$3`. */
  add(value: unknown): string;
}

export function parameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** Conditions on `usage.records u`, to be joined by AND. All that callers say goes in as parameters. */
export function filterConditions(
  { projectIds, userIds, keyIds, models, batch, mode }: UsageFilter,
  { add }: Parameters,
): readonly string[] {
  const oneOf = (column: string, wanted: readonly string[] | undefined): string[] =>
    wanted ? [`${column} = ANY (${add(wanted)}::text[])`] : [];
  const named = models && add(models);
  return [
    ...oneOf('u.project_id', projectIds),
    ...oneOf('u.user_id', userIds),
    ...oneOf('u.key_id', keyIds),
    ...(named === undefined ? [] : [`(u.offer_id = ANY (${named}::text[]) OR u.model = ANY (${named}::text[]))`]),
    ...(batch === undefined ? [] : [`u.batch = ${add(batch)}::boolean`]),
    ...(mode === undefined ? [] : [`u.mode = ${add(mode)}`]),
  ];
}
