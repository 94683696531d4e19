import type { MediaDemand } from '../../contracts/requests.js';

/** What bounds a call of one kind: how long its text is, and how much of each unit it can come to. */
export interface MediaSize extends MediaDemand {
  readonly textBytes: number;
}
