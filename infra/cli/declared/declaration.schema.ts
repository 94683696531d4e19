import { z } from 'zod';
import { nanoToUsd, usdToNano } from '../../../workflows/domain/money.js';
import { ENDPOINT_SCOPES } from '../../../workflows/domain/restrictions.js';

// What a file may declare. A field that is absent is left as it is; null takes a restriction, a team or a parent away.

const DAY_MS = 86_400_000;
const ENTRIES_MAX = 200;
const LIMIT_MAX = 1_000_000_000_000;

const nameSchema = z.string().trim().min(1).max(200);
const patternsSchema = z
  .array(z.string().regex(/^[!-~]{1,200}$/, 'expected the id of a model, in which * stands for any run of characters'))
  .min(1)
  .max(ENTRIES_MAX);

const restrictionFields = {
  allowed_models: patternsSchema.nullish(),
  denied_models: patternsSchema.nullish(),
  allowed_endpoints: z.array(z.enum(ENDPOINT_SCOPES)).min(1).max(ENTRIES_MAX).nullish(),
};

/** A number with a fraction has lost its last digits when YAML has read it; a whole one has not. */
const usdSchema = z.unknown().transform((value, context) => {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === 'string' && /^\d{1,9}(\.\d{1,9})?$/.test(text)) return nanoToUsd(usdToNano(text));
  const message = 'expected an amount of USD of 0 or more, in quotes where it has decimals: "12.50"';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** To seconds since 1970. A time without a zone would mean another moment on another machine. */
const timeSchema = z.string().transform((text, context) => {
  const hasForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const milliseconds = hasForm ? Date.parse(text) : NaN;
  if (!Number.isNaN(milliseconds)) return Math.floor(milliseconds / 1000);
  context.addIssue({
    code: 'custom',
    message: 'expected a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z',
  });
  return z.NEVER;
});

const windowSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['day', 'week', 'month']), time_zone: z.string().min(1).max(64).default('UTC') }),
    z.strictObject({ kind: z.literal('fixed'), starts_at: timeSchema, ends_at: timeSchema }),
    z.strictObject({ kind: z.literal('total') }),
  ]),
);

const budgetSchema = z.strictObject({
  name: nameSchema,
  amount_usd: usdSchema,
  window: windowSchema,
  enforcement: z.enum(['hard', 'warn']).default('hard'),
  thresholds: z.array(z.int().min(1).max(1_000)).max(20).optional(),
});

const limitSchema = z
  .strictObject({
    unit: z.enum(['requests', 'tokens', 'concurrent_requests', 'images', 'audio_seconds']),
    period: z.enum(['minute', 'day']).optional(),
    model: z
      .string()
      .regex(/^[A-Za-z0-9_.:/@*-]{1,128}$/, 'expected the id of a model, in which * stands for any run of characters')
      .optional(),
    amount: z.int().min(1).max(LIMIT_MAX),
  })
  .refine(({ unit, period }) => (unit === 'concurrent_requests') === (period === undefined), {
    message: "expected 'minute' or 'day', and none for concurrent_requests",
    path: ['period'],
  });

const budgets = z.array(budgetSchema).default([]);
const limits = z.array(limitSchema).default([]);
/** True closes what exists at this level and is not in the file. */
const prune = z.boolean().default(false);

const keySchema = z
  .strictObject({
    name: nameSchema,
    mode: z.enum(['live', 'test']).optional(),
    /** By name, of the same project; without one the key belongs to whoever applies the file. */
    service_account: nameSchema.optional(),
    expires_at: timeSchema.optional(),
    /** Where the secret of a new key is written, beside the file that declares it. */
    secret_file: z.string().min(1).max(1_000),
    /** Writes `NAME=secret` instead of the bare secret, for what reads its environment from a file. */
    secret_env: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]{0,99}$/, 'expected the name of an environment variable, such as SLUICE_API_KEY')
      .optional(),
    ...restrictionFields,
    ...{ budgets, limits, prune },
  })
  .refine(({ service_account: account, mode }) => account === undefined || mode !== 'test', {
    message: 'expected live: keys of service accounts are',
    path: ['mode'],
  })
  .refine(({ service_account: account, expires_at: end }) => account === undefined || end === undefined, {
    message: 'expected none: keys of service accounts do not expire',
    path: ['expires_at'],
  });

const serviceAccountSchema = z.strictObject({
  name: nameSchema,
  role: z.enum(['owner', 'admin', 'member', 'billing', 'viewer']).optional(),
});

const teamSchema = z.strictObject({
  name: nameSchema,
  /** By name, of a team in this file. */
  parent: nameSchema.nullish(),
  ...restrictionFields,
  ...{ budgets, prune },
});

/** Left out, it stays as it is; null is as long as the installation says. */
const objectRetention = z
  .int()
  .min(60_000)
  .max(30 * DAY_MS)
  .nullish();

const projectSchema = z.strictObject({
  name: nameSchema,
  /** By name, of a team in this file. */
  team: nameSchema.nullish(),
  answer_hold_ms: z.int().min(0).max(DAY_MS).optional(),
  stored_answer_retention_ms: z
    .int()
    .min(1)
    .max(30 * DAY_MS)
    .nullish(),
  output_retention_ms: objectRetention,
  file_retention_ms: objectRetention,
  ...restrictionFields,
  service_accounts: z.array(serviceAccountSchema).default([]),
  keys: z.array(keySchema).default([]),
  ...{ budgets, limits, prune },
});

const organizationSchema = z.strictObject({
  name: nameSchema.optional(),
  ...restrictionFields,
  ...{ budgets, limits, prune },
});

export const declarationSchema = z.strictObject({
  organization: organizationSchema.default({ budgets: [], limits: [], prune: false }),
  teams: z.array(teamSchema).default([]),
  projects: z.array(projectSchema).default([]),
  prune,
});

export type Declaration = z.output<typeof declarationSchema>;
export type DeclaredTeam = Declaration['teams'][number];
export type DeclaredProject = Declaration['projects'][number];
export type DeclaredKey = DeclaredProject['keys'][number];
export type DeclaredBudget = z.output<typeof budgetSchema>;
export type DeclaredLimit = z.output<typeof limitSchema>;
export type BudgetWindow = DeclaredBudget['window'];
