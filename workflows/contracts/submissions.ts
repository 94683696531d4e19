/** On whose behalf the gateway sends a request to itself: the key that its caller once came with. */
export interface ActingKey {
  readonly keyId: string;
  readonly organizationId: string;
  readonly projectId: string;
}

/** Which batch a POST is a line of. */
export interface SubmittedLine {
  readonly batchId: string;
  /** How long the line's result must be held at least, from its end on: until the batch's results are written. */
  readonly holdMs: number;
  /** It may be run in its vendor's own batch. */
  readonly native: boolean;
}

/** A POST as a caller would send it, without the key. */
export interface SubmittedPost {
  /** From `/v1` on, for example `/v1/chat/completions`. */
  readonly path: string;
  /** Names in lower case. `content-type` is JSON's where it is absent. */
  readonly headers: { readonly [name: string]: string };
  /** As it is to be read: a repeat under the same `idempotency-key` is compared by these characters. */
  readonly body: string;
}

export interface SubmissionAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/**
 * The API's front door, for the gateway's own steps: what comes in by it is read, limited, refused and answered exactly as
 * if the key's holder had sent it now. The key's present rights count, so that a revoked one is answered with 401.
 *
 * Refusals are answers, not errors. 429 `too_many_in_flight` and 503 `shutting_down` are this process's own state, of which
 * nothing was stored: ask again, of any process.
 */
export interface Submissions {
  submit(as: ActingKey, post: SubmittedPost, line?: SubmittedLine): Promise<SubmissionAnswer>;
  /** Has it read and refused as `submit` does, and then neither stored nor run: 204 where nothing is wrong with it now. */
  check(as: ActingKey, post: SubmittedPost): Promise<SubmissionAnswer>;
}
