import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { clientModels } from './client-models.js';
import { useClientWorld } from './client-world.js';
import { findNodeClients, howToGetNodeClients, nodeClientsAreRequired } from './node-clients.js';

// Claude Code, unchanged and without a screen, at work in a folder of its own: it asks, runs a tool and tells what came of it.

const skipped = findNodeClients() === undefined && !nodeClientsAreRequired;
if (skipped) console.warn(howToGetNodeClients);

const timeoutMs = 120_000;
const shell = (tool: string, command: unknown): string =>
  fakeMarker({ behaviour: 'answer', toolCalls: 1, tool, toolArguments: JSON.stringify(command) });

interface AgentEvent {
  readonly item?: { readonly type: string; readonly text?: string };
}

describe.skipIf(skipped)('coding agents', () => {
  const world = useClientWorld();
  let home = '';

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'sluice-agent-'));
    await mkdir(join(home, 'work'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  /** What it printed, with nothing of this machine's settings: neither keys nor a home. Throws what it said of a failure. */
  const run = async (program: string, args: readonly string[], env: Record<string, string>): Promise<string> => {
    const path = join(findNodeClients() ?? '', 'node_modules', '.bin', program);
    const child = spawn(path, args, {
      cwd: join(home, 'work'),
      env: { PATH: process.env.PATH ?? '', HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    const exit = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${output} ${complaints}`);
    return output;
  };

  describe.each(clientModels)('Claude Code with a model of $vendor', ({ model }) => {
    const claude = (prompt: string) =>
      run('claude', ['-p', prompt, '--output-format', 'json', '--model', model, '--allowedTools', 'Bash(echo:*)'], {
        ANTHROPIC_BASE_URL: world.gateway.origin,
        ANTHROPIC_AUTH_TOKEN: world.gateway.apiKey,
        ANTHROPIC_SMALL_FAST_MODEL: model,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
      });

    it(
      'answers',
      async () => {
        expect(JSON.parse(await claude('Hello'))).toMatchObject({ type: 'result', is_error: false });
      },
      timeoutMs,
    );

    it(
      'runs a tool and sends what came of it',
      async () => {
        const command = { command: 'echo from-the-tool', description: 'Says it' };
        const output = await claude(`Use it ${shell('Bash', command)}`);
        expect(JSON.parse(output)).toMatchObject({ type: 'result', is_error: false, num_turns: 2 });
        const asked = (await world.vendor.log()).map(({ body }) => JSON.stringify(body));
        expect(asked.some((body) => body.includes('from-the-tool') && body.includes('tool'))).toBe(true);
      },
      timeoutMs,
    );
  });

  const codex = async (model: string, prompt: string, webSearch = 'disabled'): Promise<readonly AgentEvent[]> => {
    const settings = [
      `model = "${model}"`,
      'model_provider = "sluice"',
      `web_search = "${webSearch}"`,
      '[model_providers.sluice]',
      'name = "Sluice"',
      `base_url = "${world.gateway.baseUrl}"`,
      'env_key = "SLUICE_API_KEY"',
      'wire_api = "responses"',
      'request_max_retries = 0',
      'stream_max_retries = 0',
    ];
    await mkdir(join(home, '.codex'), { recursive: true });
    await writeFile(join(home, '.codex', 'config.toml'), `${settings.join('\n')}\n`);
    // Its own sandbox does not start everywhere; what is run here is this file's.
    const args = ['exec', '--skip-git-repo-check', '--json', '--dangerously-bypass-approvals-and-sandbox', prompt];
    const output = await run('codex', args, { SLUICE_API_KEY: world.gateway.apiKey });
    return output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AgentEvent);
  };
  const aMessage = { type: 'agent_message', text: expect.stringMatching(/\S/) as string };
  const lastItem = (events: readonly AgentEvent[]) => events.findLast(({ item }) => item !== undefined)?.item;

  describe.each(clientModels)('Codex with a model of $vendor', ({ model }) => {
    it(
      'answers',
      async () => {
        expect(lastItem(await codex(model, 'Hello'))).toMatchObject(aMessage);
      },
      timeoutMs,
    );

    it(
      'runs a tool and sends what came of it',
      async () => {
        const events = await codex(model, `Use it ${shell('exec_command', { cmd: 'echo from-the-tool' })}`);
        expect(lastItem(events)).toMatchObject(aMessage);
        const ran = events.findLast(({ item }) => item?.type === 'command_execution')?.item;
        expect(ran).toMatchObject({ exit_code: 0, aggregated_output: 'from-the-tool\n' });
        const asked = (await world.vendor.log()).map(({ body }) => JSON.stringify(body));
        expect(asked.some((body) => body.includes('Process exited with code 0'))).toBe(true);
      },
      timeoutMs,
    );
  });

  it(
    'Codex answers with searches of the web on, which are bounded and told',
    async () => {
      expect(lastItem(await codex('openai/gpt-5-mini', 'Hello', 'live'))).toMatchObject(aMessage);
      expect((await world.vendor.log()).at(-1)?.body).toMatchObject({ max_tool_calls: 5 });
    },
    timeoutMs,
  );
});
