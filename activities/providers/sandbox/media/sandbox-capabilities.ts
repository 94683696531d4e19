import type { MediaCapabilities } from '../../port.js';
import { embedInSandbox } from './sandbox-embeddings.js';
import { makeImagesInSandbox } from './sandbox-images.js';

/** What the sandbox does besides chat: offline, always the same, and labelled as made up by the vendor's name. */
export const SANDBOX_CAPABILITIES: MediaCapabilities = {
  embedding: embedInSandbox,
  image: makeImagesInSandbox,
};
