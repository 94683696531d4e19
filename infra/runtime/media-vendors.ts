import { COMPATIBLE_VENDORS, type CompatibleVendor } from './compatible-vendors.js';

/** Vendors that have no chat, in the order of the catalogue: each is on where its key is set. */
export const MEDIA_VENDORS = [
  { id: 'voyage', name: 'Voyage AI', keySetting: 'VOYAGE_API_KEY', baseUrl: 'https://api.voyageai.com/v1' },
  { id: 'jina', name: 'Jina AI', keySetting: 'JINA_API_KEY', baseUrl: 'https://api.jina.ai/v1' },
  { id: 'elevenlabs', name: 'ElevenLabs', keySetting: 'ELEVENLABS_API_KEY', baseUrl: 'https://api.elevenlabs.io/v1' },
  { id: 'deepgram', name: 'Deepgram', keySetting: 'DEEPGRAM_API_KEY', baseUrl: 'https://api.deepgram.com/v1' },
  { id: 'bfl', name: 'Black Forest Labs', keySetting: 'BFL_API_KEY', baseUrl: 'https://api.bfl.ai/v1' },
  { id: 'fal', name: 'fal', keySetting: 'FAL_KEY', baseUrl: 'https://queue.fal.run' },
  {
    id: 'replicate',
    name: 'Replicate',
    keySetting: 'REPLICATE_API_TOKEN',
    baseUrl: 'https://api.replicate.com/v1',
  },
  { id: 'kling', name: 'Kling', keySetting: 'KLINGAI_API_KEY', baseUrl: 'https://api-singapore.klingai.com' },
] as const satisfies readonly CompatibleVendor[];

/** All that are configured by a key and a URL alone. */
export const KEYED_VENDORS = [...COMPATIBLE_VENDORS, ...MEDIA_VENDORS] as const;

type Row = (typeof KEYED_VENDORS)[number];
export type KeySetting = Row['keySetting'];
export type UrlSetting = `SLUICE_${Uppercase<Row['id']>}_BASE_URL`;
