import type { Change, PlanPart, Ref } from './change.js';
import { join, nothing } from './change.js';
import { differences, planRest, toBody } from './compare.js';
import type { BudgetWindow, DeclaredBudget, DeclaredLimit } from './declaration.schema.js';
import type { ExistingBudget, ExistingLimit, State } from './state.js';

/** Whatever may have budgets and limits of its own. */
export interface Holder {
  readonly type: 'organization' | 'team' | 'project' | 'key';
  readonly address: string;
  /** Absent where it is yet to be created. */
  readonly id?: string;
  readonly isPruned: boolean;
}

export function planBudgets(holder: Holder, declared: readonly DeclaredBudget[], state: State): PlanPart {
  const existing = state.budgets.filter(({ scope }) => isOf(scope, holder));
  const names = new Set(declared.map(({ name }) => name));
  const rest = existing.filter(({ name }) => !names.has(name));
  return join([
    ...declared.map((budget) => planBudget(holder, budget, existing)),
    planRest(rest, holder.isPruned, ({ name }) => budgetAddress(holder, name), closeBudget),
  ]);
}

/**
 * A budget's window and enforcement never change: one with others takes its place, and is there before the former closes.
 * So of two of one name the one that is as declared is the one that is meant, wherever an earlier run has stopped.
 */
function planBudget(holder: Holder, declared: DeclaredBudget, existing: readonly ExistingBudget[]): PlanPart {
  const address = budgetAddress(holder, declared.name);
  const namesakes = existing.filter(({ name }) => name === declared.name);
  const [meant, second] = namesakes.filter((budget) => isSameKind(budget, declared));
  if (second) {
    return { ...nothing, problems: [`${address}: more than one exists of this name; rename or close all but one`] };
  }
  const former = namesakes.filter((budget) => budget !== meant);
  const closes = former.map((budget): Change => {
    const kind = `${renderWindow(budget.window)}, ${budget.enforcement}`;
    return { action: 'close', address: `${address} (${kind})`, differences: [], steps: [closeBudget(budget)] };
  });
  const changes = meant ? changeBudget(address, declared, meant) : [createBudget(holder, address, declared)];
  return { ...nothing, changes, closes };
}

function changeBudget(address: string, declared: DeclaredBudget, existing: ExistingBudget): readonly Change[] {
  const different = differences(declared, existing, ['amount_usd', 'thresholds']);
  if (different.length === 0) return [];
  const step = { method: 'POST', path: ['budgets', existing.id], body: toBody(different) } as const;
  return [{ action: 'change', address, differences: different, steps: [step] }];
}

function createBudget(holder: Holder, address: string, declared: DeclaredBudget): Change {
  const shown = { ...declared, window: renderWindow(declared.window) };
  const scope = holder.type === 'organization' ? { type: holder.type } : scopeOf(holder);
  return {
    ...{ action: 'create', address },
    differences: differences(shown, undefined, ['amount_usd', 'window', 'enforcement', 'thresholds']),
    steps: [{ method: 'POST', path: ['budgets'], body: { ...declared, scope } }],
  };
}

function closeBudget({ id }: ExistingBudget): Change['steps'][number] {
  return { method: 'DELETE', path: ['budgets', id] };
}

function isSameKind(existing: ExistingBudget, declared: DeclaredBudget): boolean {
  return (
    existing.enforcement === declared.enforcement && renderWindow(existing.window) === renderWindow(declared.window)
  );
}

export function planLimits(holder: Holder, declared: readonly DeclaredLimit[], state: State): PlanPart {
  const existing = state.limits.filter(({ scope }) => isOf(scope, holder));
  const rest = existing.filter((limit) => !declared.some((one) => isSameLimit(one, limit)));
  return join([
    ...declared.map((limit) => ({ ...nothing, changes: planLimit(holder, limit, existing) })),
    planRest(
      rest,
      holder.isPruned,
      (limit) => limitAddress(holder, limit),
      ({ id }) => ({ method: 'DELETE', path: ['limits', id] }),
    ),
  ]);
}

function planLimit(holder: Holder, declared: DeclaredLimit, existing: readonly ExistingLimit[]): readonly Change[] {
  const found = existing.find((limit) => isSameLimit(declared, limit));
  const different = differences(declared, found, ['amount']);
  if (different.length === 0) return [];
  const address = limitAddress(holder, declared);
  if (found) {
    const step = { method: 'POST', path: ['limits', found.id], body: toBody(different) } as const;
    return [{ action: 'change', address, differences: different, steps: [step] }];
  }
  const body = { ...declared, scope: scopeOf(holder) };
  return [{ action: 'create', address, differences: different, steps: [{ method: 'POST', path: ['limits'], body }] }];
}

function isSameLimit(declared: DeclaredLimit, { unit, period, model }: ExistingLimit): boolean {
  return declared.unit === unit && (declared.period ?? null) === period && (declared.model ?? null) === model;
}

function isOf(scope: { readonly type: string; readonly id?: string | undefined }, { type, id }: Holder): boolean {
  // A budget of the organisation has no id in its scope, and a limit of it has.
  return scope.type === type && (type === 'organization' || (id !== undefined && scope.id === id));
}

function scopeOf({ type, address }: Holder): { readonly type: string; readonly id: Ref } {
  return { type, id: { ref: address } };
}

function budgetAddress({ address }: Holder, name: string): string {
  return `${address}, budget "${name}"`;
}

interface LimitKind {
  readonly unit: string;
  readonly period?: string | null | undefined;
  readonly model?: string | null | undefined;
}

function limitAddress({ address }: Holder, { unit, period, model }: LimitKind): string {
  return `${address}, limit of ${unit}${period == null ? '' : ` a ${period}`}${model == null ? '' : ` for ${model}`}`;
}

function renderWindow(window: BudgetWindow): string {
  switch (window.kind) {
    case 'total':
      return 'total';
    case 'fixed':
      return `from ${toTime(window.starts_at)} until ${toTime(window.ends_at)}`;
    case 'day':
    case 'week':
    case 'month':
      return `${window.kind} in ${window.time_zone}`;
  }
}

function toTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
