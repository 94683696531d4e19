import type { ActingRequest, Page, PageQuery } from './access.js';
import type { TaskKind } from './estimates.js';
import type { QualityFigures } from './model-quality.js';
import type { Model } from './models.js';
import type { Offer } from './offers.js';

/** Prices that the operator has set for an offer. It replaces all that were set for it before, from `effectiveFrom` on. */
export interface PriceOverride {
  readonly id: string;
  readonly offerId: string;
  /** All prices of the offer, whatever its input's length; absent where the catalogue's count again. */
  readonly prices?: Offer['prices'];
  readonly reason: string;
  readonly effectiveFrom: string;
  readonly createdAt: string;
  /** Who set it. */
  readonly keyId: string;
  readonly userId?: string;
}

export interface NewPriceOverride extends Pick<PriceOverride, 'offerId' | 'prices' | 'reason'> {
  /** Now where it is absent. */
  readonly effectiveFrom?: Date;
}

/** The prices that the operator of the installation sets, for all of its organisations. */
export interface PriceOverrides {
  /** @throws RefusalError `model_not_found` of `offer_id`; `invalid_request` of `effective_from` for a time that is past. */
  set(by: ActingRequest, override: NewPriceOverride): Promise<PriceOverride>;
  /** The history, of one offer or of all. */
  list(query: PageQuery & { readonly offerId?: string }): Promise<Page<PriceOverride>>;
}

/** The fields of an offer that the operator may say otherwise: its id tells the vendor, all are of chat, and quality is its model's. */
export type OfferField = Exclude<keyof Offer, 'id' | 'vendor' | 'kind' | 'quality'>;

/** What the operator says of an offer: everything where the catalogue has none of its id, else what differs. Null empties. */
export type OfferFields = { readonly [F in OfferField]?: Offer[F] | null } & {
  /** True where it is neither listed nor planned. */
  readonly disabled?: boolean | null;
};

/** One row of the history. It replaces all that were set for its object before it, from `effectiveFrom` on. */
export interface OfferChange {
  readonly id: string;
  readonly offerId: string;
  /** All that differs from the catalogue's row; absent where that counts as it is, and an offer that it lacks is gone. */
  readonly fields?: OfferFields;
  readonly reason: string;
  readonly effectiveFrom: string;
  readonly createdAt: string;
  /** Who set it. */
  readonly keyId: string;
  readonly userId?: string;
}

/** What is wrong with a field (`longContext.prices.input`), and what would be right. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Tells whether a row is an offer that can be sold, whatever it was made of. */
export type CheckOffer = (
  row: unknown,
) => { readonly offer: Offer } | { readonly problems: readonly [FieldProblem, ...FieldProblem[]] };

/** An offer as its operator sees it. */
export interface ListedOffer {
  readonly id: string;
  readonly vendor: string;
  /** As it is sold, at the prices in force; absent where a row is broken, which `problem` then tells. */
  readonly offer?: Offer;
  readonly origin: 'catalogue' | 'operator';
  /** The fields in which it is as the operator says. */
  readonly changed: readonly (keyof OfferFields)[];
  readonly disabled: boolean;
  /** Whether a request can be planned with it: its vendor is configured, it is not disabled, and nothing is wrong with it. */
  readonly callable: boolean;
  readonly problem?: string;
}

export interface OfferQuery extends PageQuery {
  readonly vendor?: string;
  /** `maker/name`. */
  readonly model?: string;
  readonly origin?: ListedOffer['origin'];
  /** Those only that the operator has changed, or not. */
  readonly changed?: boolean;
  readonly disabled?: boolean;
  readonly callable?: boolean;
}

/** Of a change: why, and from when on; now where no time is given. */
export interface ChangeNote {
  readonly reason: string;
  readonly effectiveFrom?: Date;
}

export interface OfferPatch extends ChangeNote {
  readonly fields: OfferFields;
  /** Fields in which the catalogue's word counts again. */
  readonly reset?: readonly (keyof OfferFields)[];
}

/**
 * The offers of the whole installation, as its operator manages them. Every change is checked as the catalogue's rows are.
 * @throws RefusalError `model_not_found` of `offer_id`; `invalid_request` with the field that is wrong.
 */
export interface OperatorOffers {
  list(query: OfferQuery): Promise<Page<ListedOffer>>;
  find(offerId: string): Promise<ListedOffer>;
  create(by: ActingRequest, offerId: string, offer: OfferPatch): Promise<ListedOffer>;
  update(by: ActingRequest, offerId: string, patch: OfferPatch): Promise<ListedOffer>;
  /** Takes the catalogue's row as it is again; an offer of the operator's own is only enabled. */
  restore(by: ActingRequest, offerId: string, note: ChangeNote): Promise<ListedOffer>;
  history(query: PageQuery & { readonly offerId?: string }): Promise<Page<OfferChange>>;
}

/** In what newer price data differs from an offer. `price_rise` where any unit rises. */
export type DriftKind = 'new_offer' | 'price_rise' | 'price_fall' | 'limit_change' | 'deprecation';

export interface Drift {
  readonly offerId: string;
  readonly kind: DriftKind;
  /** The fields that differ, as they are; absent where there is no such offer. */
  readonly before?: OfferFields;
  readonly after: OfferFields;
}

/** A difference that the operator is asked about. */
export interface Proposal extends Drift {
  readonly id: string;
  /** `superseded` by what was read since then. */
  readonly state: 'open' | 'accepted' | 'rejected' | 'superseded';
  /** Where the data came from. */
  readonly source: string;
  readonly createdAt: string;
  readonly decidedAt?: string;
}

/** One reading of newer price data. */
export interface RefreshRun {
  readonly id: string;
  readonly source: string;
  /** SHA-256 of what was read; absent where it failed. */
  readonly contentHash?: string;
  /** Offers in the data. */
  readonly compared?: number;
  /** Proposals that were new in it. */
  readonly proposed?: number;
  /** Why it failed, in a sentence. */
  readonly failure?: string;
  readonly createdAt: string;
}

export interface ProposalQuery extends PageQuery {
  readonly state?: Proposal['state'];
  readonly kind?: DriftKind;
  readonly offerId?: string;
}

/**
 * What newer price data would change. Nothing counts before it is accepted.
 * @throws RefusalError `proposal_not_found`; `proposal_closed` where it was decided, or no longer fits what there is.
 */
export interface Proposals {
  list(query: ProposalQuery): Promise<Page<Proposal>>;
  /** Writes what was proposed into the history of the offer, as if the operator had typed it. */
  accept(by: ActingRequest, proposalId: string, reason?: string): Promise<Proposal>;
  reject(by: ActingRequest, proposalId: string): Promise<Proposal>;
  runs(query: PageQuery): Promise<Page<RefreshRun>>;
}

/** What a refresh has done, source by source: counts only, for its workflow's history. */
export interface RefreshResult {
  readonly sources: readonly { readonly source: string; readonly compared: number; readonly proposed: number }[];
}

/** The fields of a model's description that the operator may say otherwise. */
export type ModelFields = Partial<Omit<Model, 'id' | 'quality'>> & {
  /** Of a kind that is not named the catalogue's word counts. */
  readonly quality?: QualityFigures;
};

/** What of a model's description can be given back to the catalogue. */
export type ModelFieldName = keyof ModelFields | `quality.${TaskKind}`;

/** What the operator says of a model, in place of what the catalogue knows of it; as `OfferChange` otherwise. */
export interface ModelChange extends Omit<OfferChange, 'offerId' | 'fields'> {
  readonly modelId: string;
  readonly fields?: ModelFields;
}

/** A model's description as its operator sees it. */
export interface ListedModel {
  readonly id: string;
  /** Absent where the operator has described a part only, and the catalogue knows nothing. */
  readonly model?: Model;
  readonly changed: readonly (keyof ModelFields)[];
  readonly problem?: string;
}

export type CheckModel = (
  row: unknown,
) => { readonly model: Model } | { readonly problems: readonly [FieldProblem, ...FieldProblem[]] };

/**
 * What is told of models, for the models list; by their quality `auto` models choose, and nothing else is planned by it.
 * @throws RefusalError `model_not_found` of `model_id`; `invalid_request` with the field that is wrong.
 */
export interface OperatorModels {
  list(query: PageQuery): Promise<Page<ListedModel>>;
  /**
   * Describes a model, or changes its description: the fields that are given, of `quality` the kinds; those of `reset` are the
   * catalogue's again.
   */
  describe(
    by: ActingRequest,
    modelId: string,
    patch: ChangeNote & { readonly fields: ModelFields; readonly reset?: readonly ModelFieldName[] },
  ): Promise<ListedModel>;
  history(query: PageQuery & { readonly modelId?: string }): Promise<Page<ModelChange>>;
}
