import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../port.js';
import { baseUrlOf, placeOf } from './model-place.js';

const failureOf = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof ProviderFailure ? error.failure.class : error;
  }
};

describe('where an offer is called', () => {
  it.each([
    // Its own name, in the gateway's own region.
    ['zai.glm-5', undefined, 'eu-west-1', 'eu-west-1', 'zai.glm-5'],
    ['amazon.nova-lite-v1:0', undefined, 'us-east-1', 'us-east-1', 'amazon.nova-lite-v1:0'],
    // A region of its own.
    ['zai.glm-5', 'us-west-2', 'eu-west-1', 'us-west-2', 'zai.glm-5'],
    ['x.y', 'us-gov-east-1', 'us-gov-west-1', 'us-gov-east-1', 'x.y'],
    // A geography that the gateway is in, or not.
    ['us.zai.glm-5.3', 'us', 'us-west-2', 'us-west-2', 'us.zai.glm-5.3'],
    ['us.zai.glm-5.3', 'us', 'eu-west-1', 'us-east-1', 'us.zai.glm-5.3'],
    ['eu.amazon.nova-pro-v1:0', 'eu', 'eu-north-1', 'eu-north-1', 'eu.amazon.nova-pro-v1:0'],
    ['eu.amazon.nova-pro-v1:0', 'eu', 'ap-south-1', 'eu-central-1', 'eu.amazon.nova-pro-v1:0'],
    ['jp.anthropic.claude-opus-5', 'jp', 'ap-south-1', 'ap-northeast-1', 'jp.anthropic.claude-opus-5'],
    ['us-gov.zai.glm', 'us-gov', 'us-gov-east-1', 'us-gov-east-1', 'us-gov.zai.glm'],
    ['global.zai.glm-5.3', undefined, 'sa-east-1', 'sa-east-1', 'global.zai.glm-5.3'],
    // A name that no region serves by itself.
    ['anthropic.claude-opus-5', undefined, 'sa-east-1', 'sa-east-1', 'global.anthropic.claude-opus-5'],
    ['anthropic.claude-opus-5', undefined, 'us-gov-west-1', 'us-gov-west-1', 'us-gov.anthropic.claude-opus-5'],
    [
      'anthropic.claude-opus-4-1-20250805-v1:0',
      undefined,
      'us-east-2',
      'us-east-2',
      'us.anthropic.claude-opus-4-1-20250805-v1:0',
    ],
    [
      'anthropic.claude-3-7-sonnet-20250219-v1:0',
      undefined,
      'ap-south-1',
      'ap-south-1',
      'apac.anthropic.claude-3-7-sonnet-20250219-v1:0',
    ],
    [
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
      undefined,
      'us-east-1',
      'us-east-1',
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
    ],
    ['meta.llama3-3-70b-instruct-v1:0', undefined, 'us-east-1', 'us-east-1', 'us.meta.llama3-3-70b-instruct-v1:0'],
    ['meta.llama3-70b-instruct-v1:0', undefined, 'us-east-1', 'us-east-1', 'meta.llama3-70b-instruct-v1:0'],
    ['deepseek.r1-v1:0', undefined, 'sa-east-1', 'sa-east-1', 'deepseek.r1-v1:0'],
  ])('%s of %s, by a gateway in %s: in %s as %s', (vendorModel, region, own, called, modelId) => {
    expect(placeOf({ vendorModel, ...(region !== undefined && { region }) }, own)).toEqual({ region: called, modelId });
  });

  it('is nowhere where the account means nothing', () => {
    const vendorModel = 'zai.glm-5';
    expect(failureOf(() => placeOf({ vendorModel, region: 'us-gov-west-1' }, 'us-east-1'))).toBe('model_not_found');
    expect(failureOf(() => placeOf({ vendorModel, region: 'us' }, 'us-gov-west-1'))).toBe('model_not_found');
    expect(failureOf(() => placeOf({ vendorModel, region: 'us-gov' }, 'cn-north-1'))).toBe('model_not_found');
  });

  it('is the region’s endpoint, or the one that was set for the gateway’s own', () => {
    const own = { region: 'us-east-1' };
    expect(baseUrlOf('eu-west-1', own)).toBe('https://bedrock-runtime.eu-west-1.amazonaws.com');
    expect(baseUrlOf('cn-north-1', own)).toBe('https://bedrock-runtime.cn-north-1.amazonaws.com.cn');
    const set = { ...own, baseUrl: 'https://vpce.example.com/' };
    expect(baseUrlOf('us-east-1', set)).toBe('https://vpce.example.com');
    expect(failureOf(() => baseUrlOf('eu-west-1', set))).toBe('model_not_found');
  });
});
