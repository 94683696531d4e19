import type { ActingRequest, Page, PageQuery } from './access.js';
import type { NanoUsd } from './money.js';

/** What a budget is a budget of. A model's is that of the whole organisation for one offer. */
export type BudgetScope =
  | { readonly type: 'organization' }
  | { readonly type: 'team' | 'project' | 'user' | 'key'; readonly id: string }
  | { readonly type: 'model'; readonly id: string };

/** Days, weeks (from Monday) and months begin at midnight in the time zone; `total` has no end. */
export type BudgetWindow =
  | { readonly kind: 'day' | 'week' | 'month'; readonly timeZone: string }
  | { readonly kind: 'fixed'; readonly startsAt: string; readonly endsAt: string }
  | { readonly kind: 'total' };

export interface NewBudget {
  readonly name: string;
  readonly scope: BudgetScope;
  readonly amountNanoUsd: NanoUsd;
  readonly window: BudgetWindow;
  /** `hard` refuses what would pass the amount; `warn` only counts. */
  readonly enforcement: 'hard' | 'warn';
  /** Percent of the amount at which an event is written. */
  readonly thresholds: readonly number[];
}

export interface Budget extends NewBudget {
  readonly id: string;
  readonly createdAt: string;
  readonly closedAt?: string;
  /** The present window; absent outside a fixed one, and before anything was asked for in it. */
  readonly current?: {
    readonly startsAt?: string;
    readonly endsAt?: string;
    readonly spentNanoUsd: NanoUsd;
    readonly heldNanoUsd: NanoUsd;
    /** Negative where a budget was lowered below what is spent and held, or only warns. */
    readonly availableNanoUsd: NanoUsd;
  };
}

export type BudgetChange = Partial<Pick<NewBudget, 'name' | 'amountNanoUsd' | 'thresholds'>>;

/** Ids of another organisation are as unknown as ids of none: `budget_not_found`, `scope_not_found`. */
export interface Budgets {
  create(by: ActingRequest, budget: NewBudget): Promise<Budget>;
  list(organizationId: string, query: PageQuery & { readonly scope?: BudgetScope }): Promise<Page<Budget>>;
  get(organizationId: string, id: string): Promise<Budget>;
  /** In force for the next request, in the present window too. */
  modify(by: ActingRequest, id: string, change: BudgetChange): Promise<Budget>;
  /** It takes no more holds; those that are open in it are resolved. */
  close(by: ActingRequest, id: string): Promise<Budget>;
}
