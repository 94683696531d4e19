import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectFolder } from './cruise.js';

interface Habit {
  readonly rule: string;
  readonly code: string;
  /** Files that exist, in whose place the code is judged. */
  readonly forbiddenIn: readonly string[];
  readonly allowedIn?: readonly string[];
}

const contract = 'workflows/contracts/money.ts';
const adapter = 'activities/providers/http.ts';
const settings = 'infra/runtime/config.ts';
const terminal = 'infra/local/terminal.ts';
const test = 'test/support/services.ts';
const everywhere = [contract, adapter, settings, terminal, test];

const habits: readonly Habit[] = [
  {
    rule: 'no-restricted-exports',
    code: 'export default 1;',
    forbiddenIn: everywhere,
    allowedIn: ['vitest.config.ts'],
  },
  { rule: '@typescript-eslint/no-explicit-any', code: 'export type Loose = any;', forbiddenIn: everywhere },
  { rule: 'no-restricted-syntax', code: 'export enum Colour { Red }', forbiddenIn: everywhere },
  { rule: 'no-restricted-syntax', code: 'export class Account { readonly id = 1 }', forbiddenIn: everywhere },
  {
    rule: 'no-restricted-syntax',
    code: 'export class LostError extends Error {}',
    forbiddenIn: [],
    allowedIn: everywhere,
  },
  {
    rule: 'no-restricted-properties',
    code: 'export const port = process.env.PORT;',
    forbiddenIn: [contract, adapter, terminal],
    allowedIn: [settings, test, 'vitest.config.ts'],
  },
  {
    rule: 'no-restricted-imports',
    code: "import { env } from 'node:process'; export const port = env.PORT;",
    forbiddenIn: [contract, adapter, terminal],
    allowedIn: [settings, test],
  },
  {
    rule: 'no-console',
    code: "console.log('hello');",
    forbiddenIn: [contract, adapter, settings],
    allowedIn: [terminal, test, 'activities/providers/http.test.ts'],
  },
  {
    rule: '@typescript-eslint/consistent-type-imports',
    code: "import { Json } from './json.js'; export type Both = readonly [Json, Json];",
    forbiddenIn: [contract],
  },
  {
    rule: '@typescript-eslint/no-floating-promises',
    code: 'const later = async () => { await Promise.resolve(); }; later();',
    forbiddenIn: everywhere,
  },
  {
    rule: '@typescript-eslint/no-misused-promises',
    code: '[1].forEach(async () => { await Promise.resolve(); });',
    forbiddenIn: everywhere,
  },
  {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    code: "export const read = (side: 'a' | 'b') => { switch (side) { case 'a': return 1; } };",
    forbiddenIn: everywhere,
  },
  {
    rule: 'no-restricted-properties',
    code: 'export const now = Date.now();',
    forbiddenIn: [contract],
    allowedIn: [adapter],
  },
  {
    rule: 'no-restricted-properties',
    code: 'export const die = Math.random();',
    forbiddenIn: [contract],
    allowedIn: [adapter],
  },
  {
    rule: 'no-restricted-syntax',
    code: 'export const now = new Date();',
    forbiddenIn: [contract],
    allowedIn: [adapter],
  },
  { rule: 'no-restricted-globals', code: 'setTimeout(() => {}, 1);', forbiddenIn: [contract], allowedIn: [adapter] },
  {
    rule: 'no-restricted-globals',
    code: 'export const id = crypto.randomUUID();',
    forbiddenIn: [contract],
    allowedIn: [adapter],
  },
  { rule: 'max-lines', code: '\n'.repeat(401), forbiddenIn: [contract, adapter], allowedIn: [test] },
  { rule: 'max-lines', code: '\n'.repeat(501), forbiddenIn: everywhere },
];

const cases = (pick: (habit: Habit) => readonly string[] | undefined) =>
  habits.flatMap((habit) => (pick(habit) ?? []).map((file) => ({ rule: habit.rule, code: habit.code, file })));

describe('the habits that the linter holds', () => {
  let eslint: ESLint;
  beforeAll(() => {
    eslint = new ESLint({ cwd: projectFolder });
  });

  const brokenRules = async (code: string, file: string): Promise<readonly (string | null)[]> => {
    const results = await eslint.lintText(code, { filePath: `${projectFolder}/${file}` });
    return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
  };

  it.each(cases(({ forbiddenIn }) => forbiddenIn))('$rule stops $code in $file', async ({ rule, code, file }) => {
    expect(await brokenRules(code, file)).toContain(rule);
  });

  it.each(cases(({ allowedIn }) => allowedIn))('$rule lets $code through in $file', async ({ rule, code, file }) => {
    expect(await brokenRules(code, file)).not.toContain(rule);
  });

  it('leave planted violations alone', async () => {
    const planted = 'test/architecture/planted/workflows/domain/node-globals.ts';
    expect(await eslint.isPathIgnored(`${projectFolder}/${planted}`)).toBe(true);
  });
});
