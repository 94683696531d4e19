import { z } from 'zod';
import { nanoToUsd, usdToNano } from '../../../workflows/domain/money.js';
import type { ApiClient, ApiObject, ApiQuery } from '../api-client.js';
import type { Command } from '../command.js';
import { toTime } from '../table.js';
import { time } from './read-options.js';

const DAY_S = 86_400;
const USUAL_DAYS = 30;

const costSchema = z.looseObject({
  amount: z.object({ value_usd: z.string() }),
  tags: z.record(z.string(), z.string().nullable()),
});
const pageSchema = z.object({
  data: z.array(z.object({ results: z.array(costSchema) })),
  next_page: z.string().nullable(),
});
type Cost = z.output<typeof costSchema>;

export const usageCommands: readonly Command[] = [
  {
    words: 'usage',
    summary: 'What was charged from a time until another, the last 30 days by default, summed up by what is named.',
    options: {
      from: { value: 'TIME' },
      until: { value: 'TIME' },
      by: { value: 'project_id|user_id|api_key_id|model|vendor|team_id|line_item|tag:NAME', many: true },
    },
    run: async (call) => {
      const now = Math.floor(Date.now() / 1000);
      const until = time(call, 'until');
      const from = time(call, 'from') ?? (until ?? now) - USUAL_DAYS * DAY_S;
      const by = call.list('by') ?? [];
      const query = { start_time: from, end_time: until, group_by: by, limit: 180 };
      const rows = sumUp(await readCosts(call.api(), query), by);
      call.terminal.complain(`Charged from ${toTime(from)} until ${until === undefined ? 'now' : toTime(until)}:`);
      call.showRows(rows, [...by, 'cost_usd']);
      return 0;
    },
  },
];

async function readCosts(api: ApiClient, query: ApiQuery): Promise<readonly Cost[]> {
  const costs: Cost[] = [];
  for (let page: string | undefined; ;) {
    const answer = pageSchema.parse(await api.get('/costs', { ...query, page }));
    costs.push(...answer.data.flatMap(({ results }) => results));
    if (answer.next_page === null) return costs;
    page = answer.next_page;
  }
}

/** Over all days, the dearest first; exact to the last unit. */
function sumUp(costs: readonly Cost[], by: readonly string[]): readonly ApiObject[] {
  const sums = new Map<string, { readonly group: ApiObject; readonly nanoUsd: bigint }>();
  for (const cost of costs) {
    const group = Object.fromEntries(by.map((name) => [name, groupValue(cost, name)]));
    const key = JSON.stringify(group);
    const nanoUsd = (sums.get(key)?.nanoUsd ?? 0n) + usdToNano(cost.amount.value_usd);
    sums.set(key, { group, nanoUsd });
  }
  return [...sums.values()]
    .sort((left, right) => (left.nanoUsd < right.nanoUsd ? 1 : left.nanoUsd > right.nanoUsd ? -1 : 0))
    .map(({ group, nanoUsd }) => ({ ...group, cost_usd: nanoToUsd(nanoUsd) }));
}

function groupValue(cost: Cost, name: string): unknown {
  return name.startsWith('tag:') ? (cost.tags[name.slice('tag:'.length)] ?? null) : (cost[name] ?? null);
}
