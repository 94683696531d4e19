import type { Offer } from '../../contracts/offers.js';

/** OpenRouter's slugs of vendors that have another name here, so that its `provider` objects can be sent as they are. */
const OPENROUTERS_SLUGS: { readonly [slug: string]: string | undefined } = {
  'amazon-bedrock': 'bedrock',
  'google-ai-studio': 'google',
  'google-vertex': 'vertex',
  moonshotai: 'moonshot',
  'moonshot-ai': 'moonshot',
  'z-ai': 'zai',
  'hugging-face': 'huggingface',
};

/** A slug as it is compared: in lower case, under our name for the vendor, with its region where it has one. */
export function canonicalSlug(slug: string): string {
  const [vendor = '', ...rest] = slug.trim().toLowerCase().replaceAll(' ', '-').split('/');
  return [OPENROUTERS_SLUGS[vendor] ?? vendor, ...rest].join('/');
}

/** The vendor that a slug names. */
export function vendorOfSlug(slug: string): string {
  return canonicalSlug(slug).split('/')[0] ?? '';
}

/** Where in a list of slugs an offer first stands, -1 where nowhere. A vendor alone means all of its regions. */
export function createSlugIndex(slugs: readonly string[]): (offer: Offer) => number {
  const places = new Map<string, number>();
  for (const [place, slug] of slugs.map(canonicalSlug).entries()) {
    if (!places.has(slug)) places.set(slug, place);
  }
  return ({ vendor, region }) => {
    const whole = places.get(vendor) ?? -1;
    const regional = region === undefined ? -1 : (places.get(`${vendor}/${region.toLowerCase()}`) ?? -1);
    if (whole === -1 || regional === -1) return Math.max(whole, regional);
    return Math.min(whole, regional);
  };
}
