import { expect, it } from 'vitest';
import { isFirstParty, modelIds, nameModel } from './identity.js';

const nameOf = (offerId: string, overrides = {}) => {
  const vendorModel = offerId.slice(offerId.indexOf('/') + 1);
  const { maker, name } = nameModel(offerId, vendorModel, overrides);
  return `${maker}/${name}`;
};

it.each([
  ['openai/gpt-4o-mini', 'openai/gpt-4o-mini'],
  ['azure/gpt-35-turbo', 'openai/gpt-3.5-turbo'],
  ['openrouter/anthropic/claude-sonnet-4.5', 'anthropic/claude-sonnet-4-5'],
  ['openrouter/anthropic/claude-3.5-haiku', 'anthropic/claude-3-5-haiku'],
  ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic/claude-sonnet-4-5-20250929'],
  ['bedrock/anthropic.claude-opus-4-6-v1', 'anthropic/claude-opus-4-6'],
  ['vertex/claude-3-sonnet@20240229', 'anthropic/claude-3-sonnet-20240229'],
  ['bedrock/openai.gpt-oss-120b-1:0', 'openai/gpt-oss-120b'],
  ['bedrock/deepseek.r1-v1:0', 'deepseek/deepseek-r1'],
  ['bedrock/deepseek.v3.2', 'deepseek/deepseek-v3.2'],
  ['bedrock/amazon.nova-lite-v1:0', 'amazon/nova-lite'],
  ['bedrock/meta.llama3-3-70b-instruct-v1:0', 'meta-llama/llama-3.3-70b-instruct'],
  ['groq/llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'],
  ['together/meta-llama/Llama-3.3-70B-Instruct-Turbo', 'meta-llama/llama-3.3-70b-instruct'],
  ['fireworks/llama-v3p3-70b-instruct', 'meta-llama/llama-3.3-70b-instruct'],
  ['vertex/meta/llama-3.1-405b-instruct-maas', 'meta-llama/llama-3.1-405b-instruct'],
  ['fireworks/glm-4p6', 'z-ai/glm-4.6'],
  ['siliconflow/zai-org/GLM-4.6', 'z-ai/glm-4.6'],
  ['mistral/zai-glm-5-3', 'z-ai/glm-5.3'],
  ['siliconflow/deepseek-ai/DeepSeek-R1', 'deepseek/deepseek-r1'],
  ['huggingface/MiniMaxAI/MiniMax-M2.5', 'minimax/minimax-m2.5'],
  ['siliconflow/Pro/moonshotai/Kimi-K2-Thinking', 'moonshotai/kimi-k2-thinking'],
  ['volcengine/doubao-seed-2-0-pro-260215', 'bytedance/doubao-seed-2-0-pro-260215'],
  ['nvidia/nvidia/llama-3_3-nemotron-super-49b-v1_5', 'nvidia/llama-3.3-nemotron-super-49b-v1.5'],
  ['openrouter/deepseek/deepseek-r1:free', 'deepseek/deepseek-r1:free'],
  ['xai/grok-4-1-fast-reasoning', 'x-ai/grok-4.1-fast-reasoning'],
  ['fireworks/mythomax-l2-13b', 'fireworks/mythomax-l2-13b'],
])('%s is %s', (offerId, model) => {
  expect(nameOf(offerId)).toBe(model);
});

it('lets an exception go before the rules', () => {
  expect(nameOf('fireworks/mythomax-l2-13b', { 'fireworks/mythomax-l2-13b': 'gryphe/mythomax-l2-13b' })).toBe(
    'gryphe/mythomax-l2-13b',
  );
});

it('leaves out a date that tells nothing, and keeps those of several snapshots', () => {
  const named = ['claude-haiku-4-5-20251001', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20', 'gpt-4o'].map((name) => ({
    maker: name.startsWith('gpt') ? 'openai' : 'anthropic',
    name,
  }));
  expect(named.map(modelIds(named))).toEqual([
    'anthropic/claude-haiku-4-5',
    'openai/gpt-4o-2024-08-06',
    'openai/gpt-4o-2024-11-20',
    'openai/gpt-4o',
  ]);
});

it('takes for the same what the maker takes for the same', () => {
  const named = ['gpt-5.5-2026-04-23', 'gpt-5.5-2026-04-24'].map((name) => ({ maker: 'openai', name }));
  const aliases = new Map([['openai/gpt-5.5-2026-04-23', 'openai/gpt-5.5']]);
  expect(named.map(modelIds(named, aliases))).toEqual(['openai/gpt-5.5', 'openai/gpt-5.5-2026-04-24']);
});

it('knows makers that sell their own', () => {
  expect(isFirstParty('xai', 'x-ai/grok-4.6')).toBe(true);
  expect(isFirstParty('vertex', 'google/gemini-2.5-pro')).toBe(true);
  expect(isFirstParty('vertex', 'anthropic/claude-opus-5')).toBe(false);
  expect(isFirstParty('groq', 'groq/compound')).toBe(false);
});
