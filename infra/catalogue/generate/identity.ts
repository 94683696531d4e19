import { dateIn, undated } from './created.js';
import { makerOf, OWN_MAKERS } from './makers.js';

/** Names that no rule reads rightly, `vendor/model` to `maker/name`. */
export type IdentityOverrides = { readonly [offerId: string]: string | undefined };

/** What is known of a name before the dates of all names have been compared. */
export interface NamedModel {
  readonly maker: string;
  /** In small letters, in the maker's own spelling as far as the rules know it, with its date. */
  readonly name: string;
}

/**
 * Whose model a vendor's name means, and what the maker calls it. Rules, each for a habit of some vendors:
 * organisations and folders before the name, Bedrock's `maker.` and `-v1:0`, Fireworks' `p` for a point, Google's `@date` and
 * `-maas`, the suffixes of number formats (`-fp8`), and the makers' own two spellings of versions.
 */
export function nameModel(offerId: string, vendorModel: string, overrides: IdentityOverrides): NamedModel {
  const vendor = offerId.slice(0, offerId.indexOf('/'));
  const override = overrides[offerId];
  if (override !== undefined) return split(override);
  const path = vendorModel.toLowerCase().split('/');
  const last = withoutBedrock(path.at(-1) ?? '');
  const organization = vendor === 'fireworks' ? undefined : path.length > 1 ? path.at(-2) : last.organization;
  const maker = makerOf(organization, spellAll(last.name), vendor);
  return { maker, name: spellAs(maker, spellAll(last.name)) };
}

/**
 * Ids of models for all names together: a date is left out where the maker has no other snapshot of that name, because then
 * it tells nothing. Where there are several, each is a model of its own, but for what the maker itself takes for the same
 * (`aliases`, from `maker/dated-name` to `maker/name`).
 */
export function modelIds(
  named: readonly NamedModel[],
  aliases: ReadonlyMap<string, string> = new Map(),
): (model: NamedModel) => string {
  const dates = new Map<string, Set<string>>();
  for (const { maker, name } of named) {
    const date = snapshotOf(name);
    if (date === undefined) continue;
    const key = `${maker}/${withoutSnapshot(name)}`;
    dates.set(key, (dates.get(key) ?? new Set()).add(date));
  }
  return ({ maker, name }) => {
    const bare = `${maker}/${withoutSnapshot(name)}`;
    const own = aliases.get(`${maker}/${name}`);
    return own ?? ((dates.get(bare)?.size ?? 0) > 1 ? `${maker}/${name}` : bare);
  };
}

/** Whether the vendor is the maker. Of Google's two and Amazon's only those whose own the model is. */
export function isFirstParty(vendor: string, model: string): boolean {
  return OWN_MAKERS[vendor] !== undefined && model.startsWith(`${OWN_MAKERS[vendor]}/`);
}

function split(id: string): NamedModel {
  const slash = id.indexOf('/');
  return { maker: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** `us.anthropic.claude-haiku-4-5-20251001-v1:0` is Anthropic's `claude-haiku-4-5-20251001`. */
function withoutBedrock(name: string): { readonly organization?: string; readonly name: string } {
  const [, organization, rest] =
    /^(?:(?:us|eu|apac|au|jp|ca|in|us-gov|global)\.)?([a-z][a-z0-9]*)\.(?!\d)(.+)$/.exec(name) ?? [];
  if (organization === undefined || rest === undefined) return { name };
  // `deepseek.v3.2` and `deepseek.r1`: the maker's name is part of the model's.
  const whole = /^[vr]\d/.test(rest) ? `${organization}-${rest}` : rest;
  const unversioned = whole.replace(/(-v?\d)?:\d+(:[\dk]+)?$/, '');
  const hasOwnVersion = unversioned !== whole || organization === 'deepseek';
  return { organization, name: hasOwnVersion ? unversioned : whole.replace(/-v\d$/, '') };
}

/** What all vendors' names have in common to be rid of. */
function spellAll(name: string): string {
  return name
    .replace(/@(default|latest)$/, '')
    .replace('@', '-')
    .replace(/-maas$/, '')
    .replace(/^fw-/, '')
    .replace(/-(fp8|fp4|nvfp4|bf16|int4|int8|awq|gptq|fp8-dynamic)$/, '')
    .replace(/(?<=\d)p(?=\d)/g, '.')
    .replace(/-(hf|basic)$/, '');
}

/** The makers' own spellings, where vendors differ in them. */
function spellAs(maker: string, name: string): string {
  switch (maker) {
    case 'anthropic':
      return name.replace(/(?<=\d)\.(?=\d)/g, '-').replace(/^claude-(\d(?:-\d)?)-(opus|sonnet|haiku)$/, 'claude-$1-$2');
    case 'openai':
      return name.replace(/^gpt-35/, 'gpt-3.5');
    case 'meta-llama':
      return name
        .replace(/^(meta-)?llama-?v?(?=\d)/, 'llama-')
        .replace(/^(llama-\d)-(\d)(?=-)/, '$1.$2')
        .replace(/-(turbo|lite|versatile|instant)$/, '')
        .replace(/^(llama-3\.3-70b|llama-3\.1-(?:8|70|405)b|llama-3-(?:8|70)b)$/, '$1-instruct')
        .replace(/^llama-?4-(maverick|scout)(-17b(-\d+e)?)?(-instruct)?$/, 'llama-4-$1');
    case 'deepseek':
      return name.replace(/^deepseek-v(\d)-(\d)(?!\d)/, 'deepseek-v$1.$2');
    case 'z-ai':
    case 'moonshotai':
    case 'minimax':
      return name
        .replace(/^zai-/, '')
        .replace(/^glm(?=\d)/, 'glm-')
        .replace(/^(glm-\d|kimi-k\d|minimax-m\d)-(\d)(?=-|$)/, '$1.$2');
    case 'x-ai':
      return name.replace(/^(grok-\d)-(\d{1,2})(?=-|$)/, '$1.$2');
    case 'amazon':
      return name.replace(/-v\d$/, '');
    case 'cohere':
      return name.replace(/^cohere-/, '');
    case 'nvidia':
      return name.replace(/(?<=\d)_(?=\d)/g, '.').replace(/^nvidia-/, '');
    case 'qwen':
      return name
        .replace(/^qwen-(?=\d)/, 'qwen')
        .replace(/-turbo$/, (suffix) => (/\db-instruct-turbo$/.test(name) ? '' : suffix));
    default:
      return name;
  }
}

/** A date of eight digits, or Volcengine's of six. */
function snapshotOf(name: string): string | undefined {
  return dateIn(name) ?? /-(2\d{5})$/.exec(name)?.[1];
}

function withoutSnapshot(name: string): string {
  return dateIn(name) === undefined ? name.replace(/-2\d{5}$/, '') : undated(name);
}
