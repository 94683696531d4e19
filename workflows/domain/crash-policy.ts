import type { RequestInput, Retention } from '../contracts/requests.js';

/** What is known of an attempt whose process is gone, or of a request that never got to one. */
export interface CrashFacts {
  /**
   * `lapsed`: it was `sending`, and its lease is over, so that the vendor may have answered and charged. `at_vendor`: the same with
   * the reference of a job that the vendor has taken on, by which it can be asked.
   */
  readonly row: 'nothing_sent' | 'recorded' | 'lapsed' | 'at_vendor';
  readonly stream: boolean;
  readonly keyed: boolean;
  readonly stored?: boolean;
  readonly onDisconnect: RequestInput['onDisconnect'];
  readonly retention: Retention;
  /** Whether the process that holds the caller's connection lives. */
  readonly holderAlive: boolean;
  /** How often the vendor was called under this attempt's number, the lapsed call included. */
  readonly calls: number;
  readonly lane: RequestInput['lane'];
}

export type AfterCrash =
  | ('go_on' | 'release' | 'settle' | 'settle_at_checkpoint' | 'call_again')
  /** The vendor is told that nobody wants it any more. */
  | 'stop_at_vendor';

/** Calls of one attempt at the most: the first, and one more after a crash. */
const MAX_CALLS = 2;

/**
 * The policy for what a crash leaves, one row of `docs/durability.md` a case. Zero data retention goes before every
 * other property, because its content is nowhere but in its holder's memory: with that it is gone, keyed or not.
 */
export function afterCrash(facts: CrashFacts): AfterCrash {
  switch (facts.row) {
    case 'nothing_sent':
      return facts.holderAlive || outlivesHolder(facts) ? 'go_on' : 'release';
    case 'recorded':
      return 'settle';
    case 'lapsed':
      return mayCallAgain(facts) ? 'call_again' : 'settle_at_checkpoint';
    case 'at_vendor':
      return facts.holderAlive || outlivesHolder(facts) ? 'go_on' : 'stop_at_vendor';
  }
}

/**
 * Whether another process goes on with a request of which nothing was sent when the holder of its connection died. The
 * content of keyed and of stored requests and of jobs was stored before they started. To the caller of a stored one, that
 * death is a broken connection, so that its `on_disconnect` decides: whoever said `finish` looks for the answer later.
 */
export function outlivesHolder({
  keyed,
  stored = false,
  onDisconnect,
  lane,
  retention,
}: Pick<RequestInput, 'keyed' | 'stored' | 'onDisconnect' | 'lane' | 'retention'>): boolean {
  return retention !== 'zdr' && (keyed || lane === 'job' || (stored && onDisconnect === 'finish'));
}

/**
 * Only the caller of a keyed plain request is sure to come back for a whole answer, and says by its key that a second call
 * is better than none; a paid job is never sent twice.
 */
function mayCallAgain({ keyed, stream, retention, lane, calls }: CrashFacts): boolean {
  return keyed && !stream && retention !== 'zdr' && lane === 'interactive' && calls < MAX_CALLS;
}
