import { readFileSync } from 'node:fs';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Estimate, TaskKind } from '../../workflows/contracts/estimates.js';
import { estimateOf } from '../../workflows/domain/difficulty/estimate.js';

/**
 * Estimates prompts of public benchmarks that lie outside of the project, and prints how they are taken:
 *
 *     node --import tsx test/routing/evaluate-public.ts mt-bench question.jsonl
 *     node --import tsx test/routing/evaluate-public.ts gsm8k test.jsonl
 *
 * `question.jsonl` is of lm-sys/FastChat (`fastchat/llm_judge/data/mt_bench`, Apache-2.0), `test.jsonl` of
 * openai/grade-school-math (`grade_school_math/data`, MIT). What came of it stands in `docs/routing-auto.md`.
 */
const KIND_OF_CATEGORY: Readonly<Record<string, TaskKind>> = {
  ...{ writing: 'chat', roleplay: 'chat', humanities: 'chat', stem: 'chat' },
  ...{ reasoning: 'reasoning', math: 'maths', coding: 'code', extraction: 'extraction' },
};

interface MtBenchRow {
  readonly category: string;
  readonly turns: readonly string[];
}

const [set, path] = process.argv.slice(2);
if (path === undefined) throw new Error('Name the set, mt-bench or gsm8k, and its file.');
const rows: readonly unknown[] = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): unknown => JSON.parse(line));
if (set === 'mt-bench') report(rows.map((row) => mtBench(row as MtBenchRow)));
else if (set === 'gsm8k') report(rows.map((row) => ['maths', (row as { readonly question: string }).question]));
else throw new Error('The set is mt-bench or gsm8k.');

function mtBench({ category, turns }: MtBenchRow): readonly [TaskKind, string] {
  return [KIND_OF_CATEGORY[category] ?? 'chat', turns[0] ?? ''];
}

function report(labelled: readonly (readonly [TaskKind, string])[]): void {
  const kinds = [...new Set(labelled.map(([kind]) => kind))];
  for (const kind of kinds) {
    const estimates = labelled.filter(([other]) => other === kind).map(([, text]) => estimateOf(callOf(text)));
    const right = estimates.filter((estimate) => estimate.kind === kind).length;
    console.log(
      `${kind}: ${right} of ${estimates.length} right, mean difficulty ${mean(estimates).toFixed(2)}`,
      taken(estimates),
    );
  }
}

function taken(estimates: readonly Estimate[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of estimates) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function mean(estimates: readonly Estimate[]): number {
  return estimates.reduce((sum, { difficulty }) => sum + difficulty, 0) / Math.max(estimates.length, 1);
}

function callOf(text: string): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: {} },
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    ...{ tools: [], choices: 1, stream: false },
  };
}
