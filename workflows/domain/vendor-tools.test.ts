import { describe, expect, it } from 'vitest';
import type { ChatCall, ChatDialect, Part, Tool } from '../contracts/call.js';
import type { JsonObject } from '../contracts/json.js';
import { chatCall } from './test-values.js';
import { DEFAULT_TOOL_CALLS, vendorToolDemand, withToolLimits } from './vendor-tools.js';

const text: Part = { type: 'text', text: 'hello' };
const NOTHING = { searches: 0, fileSearches: 0, containers: 0, steps: 0 };
const UNLIMITED = Number.MAX_SAFE_INTEGER;

function callOf(dialect: ChatDialect, definitions: readonly JsonObject[], fields: JsonObject = {}): ChatCall {
  const tools = definitions.map((definition): Tool => ({ type: 'opaque', dialect, name: 'any', definition }));
  return chatCall([text], { source: { dialect, body: { model: 'x', tools: definitions, ...fields } }, tools });
}

describe('vendorToolDemand of Messages', () => {
  const demand = (definitions: readonly JsonObject[], fields?: JsonObject) =>
    vendorToolDemand(callOf('anthropic-messages', definitions, fields));

  it('counts searches by their limits, and a step for each use', () => {
    const [three, two] = [3, 2].map((max_uses) => ({ type: 'web_search_20250305', max_uses }));
    expect(demand([three ?? {}, two ?? {}])).toEqual({ ...NOTHING, searches: 5, steps: 5 });
    expect(demand([{ type: 'web_fetch_20250910', max_uses: 4 }])).toEqual({ ...NOTHING, steps: 4 });
  });

  it("never counts more steps than the vendor's own loop has", () => {
    expect(demand([{ type: 'web_search_20250305', max_uses: 50 }])).toEqual({ ...NOTHING, searches: 50, steps: 10 });
  });

  it.each(['web_fetch_20250910', 'code_execution_20260120', 'mcp_toolset', 'tool_search_tool_bm25_20251119'])(
    'counts all steps of the loop for %s, which has no limit',
    (type) => {
      expect(demand([{ type }])).toEqual({ ...NOTHING, steps: 10 });
    },
  );

  it('counts all steps where the vendor is to ask servers', () => {
    expect(demand([], { mcp_servers: [{ name: 'a' }] })).toEqual({ ...NOTHING, steps: 10 });
    expect(demand([], { mcp_servers: [] })).toEqual(NOTHING);
  });

  it.each([undefined, -1, 1.5, '3'])('takes the limit %s for none', (max_uses) => {
    expect(demand([{ type: 'web_search_20250305', max_uses }]).searches).toBe(UNLIMITED);
  });

  it.each(['bash_20250124', 'text_editor_20250728', 'computer_20250124', 'memory_20250818', 'custom'])(
    'counts nothing for %s, which the caller runs',
    (type) => {
      expect(demand([{ type }])).toEqual(NOTHING);
    },
  );
});

describe('vendorToolDemand of Responses', () => {
  const demand = (types: readonly string[], fields?: JsonObject) =>
    vendorToolDemand(
      callOf(
        'openai-responses',
        types.map((type) => ({ type })),
        fields,
      ),
    );

  it('bounds each tool by the limit of the request', () => {
    const limit = { max_tool_calls: 7 };
    expect(demand(['web_search'], limit)).toEqual({ ...NOTHING, searches: 7, steps: 7 });
    expect(demand(['web_search_preview', 'file_search'], limit)).toEqual({
      ...NOTHING,
      ...{ searches: 7, fileSearches: 7, steps: 7 },
    });
    expect(demand(['code_interpreter'], limit)).toEqual({ ...NOTHING, containers: 1, steps: 7 });
    expect(demand(['mcp'], limit)).toEqual({ ...NOTHING, steps: 7 });
  });

  it('counts containers by their gigabytes, one a tool, and none of a shell that the caller runs', () => {
    const containers = (...definitions: readonly JsonObject[]) =>
      vendorToolDemand(callOf('openai-responses', definitions, { max_tool_calls: 2 }));
    const code = { type: 'code_interpreter', container: { type: 'auto', memory_limit: '4g' } };
    const shell = (environment: JsonObject) => ({ type: 'shell', environment });
    expect(containers(code)).toEqual({ ...NOTHING, containers: 4, steps: 2 });
    expect(containers(code, shell({ type: 'container_auto' }))).toMatchObject({ containers: 5 });
    expect(containers(shell({ type: 'container_auto', memory_limit: '64g' }))).toMatchObject({ containers: 64 });
    expect(containers({ type: 'code_interpreter', container: 'cntr_1' })).toMatchObject({ containers: 1 });
    expect(containers(shell({ type: 'container_auto', memory_limit: '2g' })).containers).toBe(UNLIMITED);
    expect(containers(shell({ type: 'container_reference' })).containers).toBe(UNLIMITED);
    expect(containers({ type: 'shell' }, shell({ type: 'local' }))).toEqual(NOTHING);
  });

  it('knows no bound without a limit, and none is needed for tools that the caller runs', () => {
    expect(demand(['web_search'])).toMatchObject({ searches: UNLIMITED, steps: UNLIMITED });
    expect(demand(['local_shell', 'apply_patch'])).toEqual(NOTHING);
    expect(demand(['code_interpreter'], { max_tool_calls: 0 })).toEqual(NOTHING);
  });
});

describe('vendorToolDemand of chat', () => {
  it('counts a search where one is asked for', () => {
    const demand = (fields: JsonObject, definitions: readonly JsonObject[] = []) =>
      vendorToolDemand(callOf('openai-chat', definitions, fields));
    expect(demand({ web_search_options: {} })).toEqual({ ...NOTHING, searches: 1, steps: 1 });
    expect(demand({ web_search_options: null })).toEqual(NOTHING);
    expect(demand({}, [{ type: 'web_search' }]).searches).toBe(UNLIMITED);
  });
});

describe('withToolLimits', () => {
  it('sets a limit of its own where a caller of Responses has set none, and says so', () => {
    const call = callOf('openai-responses', [{ type: 'web_search' }]);
    const limited = withToolLimits(call);
    expect(limited.source.body).toEqual({ ...call.source.body, max_tool_calls: DEFAULT_TOOL_CALLS });
    expect(limited.warnings).toMatchObject([{ type: 'changed', feature: 'max_tool_calls' }]);
    expect(vendorToolDemand(limited).searches).toBe(DEFAULT_TOOL_CALLS);
  });

  it('names the model that makes pictures where the caller of Responses has not, in the body and in the call', () => {
    const tools = [{ type: 'web_search' }, { type: 'image_generation', size: 'auto' }];
    const limited = withToolLimits(callOf('openai-responses', tools));
    const expected = [tools[0], { ...tools[1], model: 'gpt-image-2' }];
    expect(limited.source.body['tools']).toEqual(expected);
    expect(limited.tools.map((tool) => tool.type === 'opaque' && tool.definition)).toEqual(expected);
    expect(limited.warnings?.map(({ feature }) => feature)).toEqual(['max_tool_calls', 'tools[1].model']);
  });

  it('sets a limit of its own for each tool of Messages that has none, in the body and in the call', () => {
    const tools = [{ name: 'f', input_schema: {} }, { type: 'web_search_20250305' }, { type: 'bash_20250124' }];
    const limited = withToolLimits(callOf('anthropic-messages', tools));
    const expected = [tools[0], { type: 'web_search_20250305', max_uses: DEFAULT_TOOL_CALLS }, tools[2]];
    expect(limited.source.body['tools']).toEqual(expected);
    expect(limited.tools.map((tool) => tool.type === 'opaque' && tool.definition)).toEqual(expected);
    expect(limited.warnings?.map(({ feature }) => feature)).toEqual(['tools[1].max_uses']);
  });

  it.each([
    ['a limit is set', callOf('openai-responses', [{ type: 'web_search' }], { max_tool_calls: 1 })],
    ['the caller runs the tools', callOf('openai-responses', [{ type: 'local_shell' }])],
    ['each has its limit', callOf('anthropic-messages', [{ type: 'web_search_20250305', max_uses: 1 }])],
    ['there are none', callOf('anthropic-messages', [])],
    ['the dialect has no such limits', callOf('openai-chat', [{ type: 'web_search' }])],
  ])('changes nothing where %s', (_, call) => {
    expect(withToolLimits(call)).toBe(call);
  });
});
