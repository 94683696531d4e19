import type { HealthPlace, HealthSnapshot, OfferHealth } from '../../contracts/health.js';

/** A snapshot that is kept up to date in place. */
export interface HealthTable extends HealthSnapshot {
  placeOf(key: string): HealthPlace;
  through(credentialId: string): ReadonlyMap<string, OfferHealth>;
  set(key: string, health: OfferHealth): void;
  delete(key: string): void;
  /** Of those of which something is known. */
  keys(): readonly string[];
}

interface Place {
  health: OfferHealth | undefined;
  /** Given to somebody, who will read it again: the offers of the catalogue, which are not many. */
  isGiven: boolean;
}

export function createHealthTable(known: Iterable<readonly [key: string, health: OfferHealth]> = []): HealthTable {
  const places = new Map<string, Place>();
  const put = (key: string): Place => {
    const place: Place = places.get(key) ?? { health: undefined, isGiven: false };
    places.set(key, place);
    return place;
  };
  const byCredential = new Map<string, Map<string, OfferHealth>>();
  const set = (key: string, health: OfferHealth): void => {
    put(key).health = health;
    const { offerId, credentialId } = health;
    if (credentialId === undefined) return;
    const others = byCredential.get(credentialId) ?? new Map<string, OfferHealth>();
    byCredential.set(credentialId, others.set(offerId, health));
  };
  const forget = ({ offerId, credentialId }: OfferHealth): void => {
    if (credentialId === undefined) return;
    const others = byCredential.get(credentialId);
    others?.delete(offerId);
    if (others?.size === 0) byCredential.delete(credentialId);
  };
  for (const [key, health] of known) set(key, health);
  return {
    get: (key) => places.get(key)?.health,
    placeOf: (key) => {
      const place = put(key);
      place.isGiven = true;
      return place;
    },
    through: (credentialId) => byCredential.get(credentialId) ?? NOTHING,
    set,
    delete: (key) => {
      const place = places.get(key);
      if (place?.health) forget(place.health);
      if (place?.isGiven === true) place.health = undefined;
      else places.delete(key);
    },
    keys: () => [...places].flatMap(([key, { health }]) => (health === undefined ? [] : [key])),
  };
}

const NOTHING: ReadonlyMap<string, OfferHealth> = new Map();

/** Of a snapshot that has no places of its own, one that looks the key up whenever it is read. */
export function placeIn(snapshot: HealthSnapshot, key: string): HealthPlace {
  const place = snapshot.placeOf?.(key);
  if (place) return place;
  return {
    get health() {
      return snapshot.get(key);
    },
  };
}
