import type { CheckModel, ModelChange } from '../../workflows/contracts/catalogue.js';
import type { Model } from '../../workflows/contracts/models.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import { descriptionsInForce, listModels } from '../../workflows/domain/model-changes.js';
import { rateOffers } from '../../workflows/domain/model-quality.js';
import type { OfferBase } from '../../workflows/domain/offer-changes.js';
import { nextChange, withOverrides } from '../../workflows/domain/price-overrides.js';
import type { Queryable } from '../storage/database.js';
import { keepLoaded } from '../storage/keep-loaded.js';
import type { Notifications } from '../storage/notifications.js';
import { offersAt, type OperatorsWord, readModelChanges, readOperatorsWord } from './read-catalogue.js';

export const catalogueChangeChannelName = 'sluice_catalogue_changed';

/** The catalogue as the operator has changed it, at the prices that are in force at this moment. */
export interface LiveCatalogue extends Catalogue {
  /** Reads what was set. Nothing may be sold before it resolves; it rejects where the database is away. */
  start(): Promise<void>;
  stop(): void;
}

/**
 * Offers in memory, because every request asks for them. While the database is away nothing is planned, so that no old price is agreed on for long.
 */
export function createLiveCatalogue(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
  readonly base: OfferBase & {
    readonly media: readonly Offer[];
    readonly models: readonly Model[];
    readonly checkModel: CheckModel;
  };
  readonly onError: (error: unknown) => void;
  /** Told of each offer that the operator's word breaks, in a sentence, once for each time that it is read. */
  readonly onProblem: (problem: string) => void;
}): LiveCatalogue {
  const { base, onError, onProblem } = deps;
  let word: OperatorsWord = { prices: [], offers: [] };
  let descriptions: readonly ModelChange[] = [];
  let described: { readonly models: readonly Model[]; readonly untilMs: number } | undefined;
  let sold: { readonly offers: readonly Offer[]; readonly untilMs: number } | undefined;
  let media: { readonly offers: readonly Offer[]; readonly untilMs: number } | undefined;

  const take = ([read, models]: readonly [OperatorsWord, readonly ModelChange[]]): void => {
    if (models.length !== descriptions.length) {
      descriptions = models;
      described = sold = undefined;
    }
    // Rows are only ever added. As long as none is, the list stays the same one, by which names are indexed.
    if (read.prices.length === word.prices.length && read.offers.length === word.offers.length) return;
    word = read;
    sold = media = undefined;
  };
  const kept = keepLoaded({
    ...{ notifications: deps.notifications, channel: catalogueChangeChannelName, take, onError },
    read: async () => [await readOperatorsWord(deps.database), await readModelChanges(deps.database)] as const,
  });

  const modelsAt = (nowMs: number): readonly Model[] => {
    if (described === undefined || nowMs >= described.untilMs) {
      const listed = listModels(base.models, descriptionsInForce(descriptions, nowMs), base.checkModel);
      described = { models: listed.flatMap(({ model }) => model ?? []), untilMs: nextChange(descriptions, nowMs) };
    }
    return described.models;
  };

  return {
    get models() {
      return modelsAt(Date.now());
    },
    get media() {
      const nowMs = Date.now();
      if (media === undefined || nowMs >= media.untilMs) {
        media = {
          offers: withOverrides(base.media, word.prices, nowMs),
          untilMs: nextChange(word.prices, nowMs),
        };
      }
      return media.offers;
    },
    get offers() {
      const nowMs = Date.now();
      if (sold === undefined || nowMs >= sold.untilMs) {
        const histories = [word.prices, word.offers, descriptions];
        const untilMs = Math.min(...histories.map((history) => nextChange(history, nowMs)));
        sold = { offers: rateOffers(sellable(base, word, nowMs, onProblem), modelsAt(nowMs)), untilMs };
      }
      return sold.offers;
    },
    ...kept,
  };
}

/** What a request may be planned with. The base's own list where nothing was set, because names are indexed by it. */
function sellable(
  base: OfferBase,
  word: OperatorsWord,
  nowMs: number,
  onProblem: (problem: string) => void,
): readonly Offer[] {
  if (word.prices.length === 0 && word.offers.length === 0) return base.offers;
  const listed = offersAt(base, word, nowMs);
  for (const { id, problem } of listed) if (problem !== undefined) onProblem(`${id}: ${problem}`);
  return listed.flatMap(({ offer, callable }) => (offer && callable ? [offer] : []));
}
