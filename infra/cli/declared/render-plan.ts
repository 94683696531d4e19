import type { Change, Difference, Plan } from './change.js';

const SIGNS = { create: '+', change: '~', close: '-' } as const;

/** A plan in plain lines, with each field before and after. */
export function renderPlan({ changes, unmanaged }: Pick<Plan, 'changes' | 'unmanaged'>): string {
  const left = unmanaged.map((address) => `  unmanaged: ${address}`);
  return [...changes.map(renderChange), ...left, summaryOf(changes)].join('\n');
}

function renderChange({ action, address, differences, secret }: Change): string {
  const lines = differences.map((difference) => `      ${renderDifference(difference, action)}`);
  const written = secret?.variable === undefined ? [] : [`      secret_env: ${JSON.stringify(secret.variable)}`];
  return [`${SIGNS[action]} ${action} ${address}`, ...lines, ...written].join('\n');
}

function renderDifference({ field, before, after }: Difference, action: Change['action']): string {
  const shown = JSON.stringify(after);
  return action === 'create' ? `${field}: ${shown}` : `${field}: ${JSON.stringify(before ?? null)} -> ${shown}`;
}

function summaryOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing differs.';
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  return `${count('create')} to create, ${count('change')} to change, ${count('close')} to close.`;
}
