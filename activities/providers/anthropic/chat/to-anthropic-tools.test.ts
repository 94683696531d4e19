import { describe, expect, it } from 'vitest';
import type { Tool, ToolChoice } from '../../../../workflows/contracts/call.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import { HAIKU_3, SONNET_45, translate } from './test-attempt.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';
import { testAttempt } from './test-attempt.js';

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather: Tool = { type: 'function', name: 'weather', description: 'Says it.', parameters: SCHEMA };
const time: Tool = { type: 'function', name: 'time' };
const OPUS_55 = 'claude-opus-5-5';

describe('tools', () => {
  it('are functions with a schema', () => {
    const { body, warned } = translate({ tools: [weather, time] });
    expect(body.tools).toEqual([
      { name: 'weather', description: 'Says it.', input_schema: SCHEMA },
      { name: 'time', input_schema: { type: 'object' } },
    ]);
    expect(body).not.toHaveProperty('tool_choice');
    expect(warned).toEqual([]);
  });

  it('that are strict have closed schemas', () => {
    const { body, warned } = translate({ tools: [{ ...weather, strict: true }] });
    expect(body.tools).toEqual([
      {
        name: 'weather',
        description: 'Says it.',
        input_schema: { ...SCHEMA, additionalProperties: false },
        strict: true,
      },
    ]);
    expect(warned).toEqual([]);
  });

  it('that are strict tell of what is not enforced', () => {
    const parameters = { type: 'object', properties: { n: { type: 'integer', maximum: 5 } } };
    const { body, warned } = translate({ tools: [{ ...weather, parameters, strict: true }] });
    expect(body.tools?.[0]).toMatchObject({ input_schema: { properties: { n: { description: '{maximum: 5}' } } } });
    expect(warned).toEqual(['changed tools[].function.parameters']);
    const open = { type: 'object', additionalProperties: { type: 'string' } };
    const unenforced = translate({ tools: [{ ...weather, parameters: open, strict: true }] });
    expect(unenforced.body.tools?.[0]).not.toHaveProperty('strict');
    expect(unenforced.warned).toEqual(['unsupported tools[].function.strict']);
    expect(translate({ tools: [{ ...weather, strict: true }] }, HAIKU_3).warned).toEqual([
      'unsupported tools[].function.strict',
    ]);
  });

  it('of free text take one argument, and are read back', () => {
    const grammar = { syntax: 'lark', definition: 'start: "a"' };
    const tool: Tool = { type: 'custom', name: 'sh', description: 'Runs it.', grammar };
    const { body, warned } = translate({ tools: [tool] });
    expect(body.tools).toMatchObject([
      {
        name: 'sh',
        description: 'Runs it.',
        input_schema: { properties: { input: { type: 'string' } }, required: ['input'] },
      },
    ]);
    expect(JSON.stringify(body.tools)).toContain('start: ');
    expect(warned).toEqual(['changed tools[].custom']);
    expect(toAnthropicMessages(testAttempt({ tools: [tool] })).reading.customTools).toEqual(new Set(['sh']));
  });

  it('of this vendor go as they are, those of another are left out', () => {
    const search: Tool = {
      type: 'opaque',
      dialect: 'anthropic-messages',
      name: 'web_search',
      definition: { type: 'web_search_20250305', name: 'web_search' },
    };
    const other: Tool = { ...search, dialect: 'openai-responses' };
    expect(translate({ tools: [search, other] })).toMatchObject({
      body: { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      warned: ['unsupported tools'],
    });
  });

  it('may be marked as the end of what is cached', () => {
    const marked: Tool = { ...time, extras: { 'openai-chat': { cache_control: { type: 'ephemeral' }, mood: 1 } } };
    expect(translate({ tools: [marked] })).toMatchObject({
      body: { tools: [{ cache_control: { type: 'ephemeral' } }] },
      warned: ['ignored tools[].mood'],
    });
  });
});

describe('the choice of a tool', () => {
  const choose = (toolChoice: ToolChoice | undefined, parallelToolCalls?: boolean, model = SONNET_45) =>
    translate(
      {
        tools: [weather, time],
        ...(toolChoice && { toolChoice }),
        ...(parallelToolCalls !== undefined && { parallelToolCalls }),
      },
      model,
    );

  it.each<readonly [ToolChoice | undefined, boolean | undefined, Json | undefined]>([
    [undefined, undefined, undefined],
    [undefined, true, undefined],
    [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
    [{ type: 'auto' }, undefined, { type: 'auto' }],
    [{ type: 'none' }, undefined, { type: 'none' }],
    [{ type: 'none' }, false, { type: 'none' }],
    [{ type: 'required' }, undefined, { type: 'any' }],
    [{ type: 'required' }, false, { type: 'any', disable_parallel_tool_use: true }],
    [{ type: 'tool', name: 'time' }, undefined, { type: 'tool', name: 'time' }],
    [{ type: 'tool', name: 'time' }, false, { type: 'tool', name: 'time', disable_parallel_tool_use: true }],
  ])('%j with parallel calls %s is %j', (choice, parallel, expected) => {
    const { body, warned } = choose(choice, parallel);
    expect(body.tool_choice).toEqual(expected);
    expect(warned).toEqual([]);
  });

  it.each<ToolChoice>([{ type: 'required' }, { type: 'tool', name: 'time' }])(
    '%j is left to models that cannot be forced',
    (choice) => {
      expect(choose(choice, undefined, OPUS_55)).toMatchObject({
        body: { tool_choice: { type: 'auto' } },
        warned: ['unsupported tool_choice'],
      });
    },
  );

  it('cannot be forced with thinking by a budget', () => {
    const { body, warned } = translate({ tools: [time], toolChoice: { type: 'required' }, reasoningEffort: 'low' });
    expect(body).toMatchObject({ tool_choice: { type: 'auto' }, thinking: { type: 'enabled' } });
    expect(warned).toEqual(['unsupported tool_choice']);
  });

  it.each(['auto', 'required'] as const)('may be narrowed (%s)', (mode) => {
    const { body, warned } = choose({ type: 'allowed', mode, names: ['time'] });
    expect(body.tools).toMatchObject([{ name: 'time' }]);
    expect(body.tool_choice).toEqual({ type: mode === 'required' ? 'any' : 'auto' });
    expect(warned).toEqual([]);
  });

  it('that has no meaning here is the model’s', () => {
    const { body, warned } = choose({ type: 'opaque', dialect: 'openai-responses', value: { type: 'file_search' } });
    expect(body).not.toHaveProperty('tool_choice');
    expect(warned).toEqual(['unsupported tool_choice']);
  });

  it('without tools is told of', () => {
    expect(translate({ toolChoice: { type: 'required' } }).warned).toEqual(['unsupported tool_choice']);
    expect(translate({ toolChoice: { type: 'none' } })).toMatchObject({ warned: [] });
  });
});
