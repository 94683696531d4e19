import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { applyChanges } from '../declared/apply-changes.js';
import type { Plan } from '../declared/change.js';
import { planChanges } from '../declared/plan-changes.js';
import { readDeclaration, renderProblem } from '../declared/read-declaration.js';
import { renderPlan } from '../declared/render-plan.js';
import { openSecretFile, takenSecretFiles } from '../declared/secret-files.js';
import { readState } from '../declared/state.js';
import { type Call, type Command, CommandError } from '../command.js';

/** What `plan` ends with where something differs, as tools that watch for drift expect it. */
const DIFFERS = 2;

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export const declaredCommands: readonly Command[] = [
  {
    words: 'plan',
    summary: 'Show what apply would do. Exit code 0 where nothing differs, 2 where something does, 1 on an error.',
    positionals: ['FILE.yaml'],
    wrongUsageCode: 1,
    run: async (call) => {
      const plan = await makePlan(call);
      showPlan(call, plan);
      return plan.changes.length === 0 ? 0 : DIFFERS;
    },
  },
  {
    words: 'apply',
    summary: 'Do what plan shows, once it is agreed to; with --yes it is.',
    positionals: ['FILE.yaml'],
    options: { yes: {} },
    run: async (call) => {
      const plan = await makePlan(call);
      showPlan(call, plan);
      if (plan.changes.length === 0) return 0;
      await agree(call);
      const folder = dirname(call.argument(0));
      await applyChanges(plan, {
        api: call.api(),
        openSecret: (secret) => openSecretFile(folder, secret),
        now: nowSeconds,
        done: ({ action, address }) => call.terminal.complain(`done: ${action} ${address}`),
      });
      return 0;
    },
  },
];

/** Throws a `CommandError` that tells every problem of the file, or else every problem of what it declares. */
async function makePlan(call: Call): Promise<Plan> {
  const file = call.argument(0);
  const read = readDeclaration(await readText(file));
  if ('problems' in read) throw problemsOf(file, read.problems.map(renderProblem));
  const { declaration } = read;
  const state = await readState(call.api(), new Set(declaration.projects.map(({ name }) => name)));
  const plan = planChanges(declaration, state, nowSeconds());
  const problems = [...plan.problems, ...takenSecretFiles(plan, dirname(file))];
  if (problems.length > 0) throw problemsOf(file, problems);
  return plan;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function problemsOf(file: string, problems: readonly string[]): CommandError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new CommandError(
    `${file} has ${count}; nothing was changed:\n${problems.map((one) => `  ${one}`).join('\n')}`,
  );
}

function showPlan(call: Call, { changes, unmanaged }: Plan): void {
  if (!call.isOn('json')) return call.terminal.print(renderPlan({ changes, unmanaged }));
  const shown = changes.map(({ action, address, differences }) => ({ action, address, differences }));
  call.terminal.print(JSON.stringify({ changes: shown, unmanaged }, null, 2));
}

async function agree(call: Call): Promise<void> {
  if (call.isOn('yes')) return;
  const { ask } = call.terminal;
  if (!ask) throw new CommandError('Nothing was changed: nobody is there to agree. Give --yes to agree beforehand.');
  const answer = await ask('Do this? Type yes: ');
  if (answer.trim() !== 'yes') throw new CommandError('Nothing was changed.');
}
