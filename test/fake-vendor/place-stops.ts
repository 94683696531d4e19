import type { Behaviour, Position } from './behaviours.js';
import type { Piece } from './piece.js';

/** What happens to a response at a place in it. `cut` ends the body as if whole; `close` ends the socket within it. */
export interface Stop {
  readonly at: Position;
  readonly action: 'hold' | 'stall' | 'reset' | 'cut' | 'close';
}

/** Enough for both vendors' streams to be within the text of their answer. */
export const eventsBeforeTrouble = 5;

interface Placed {
  readonly pieces: Iterable<Piece>;
  readonly stops: readonly Stop[];
}

/** Where the behaviour's stops fall; a body that has to be counted for that is made whole first. */
export const placeStops = (behaviour: Behaviour, pieces: Iterable<Piece>): Placed => {
  const held: readonly Stop[] = behaviour.holdAt === undefined ? [] : [{ at: behaviour.holdAt, action: 'hold' }];
  const actions = actionsOf(behaviour);
  if (actions.length === 0) return { pieces, stops: held };
  const place = placeOf(placeIn(behaviour), pieces);
  return { pieces: place.pieces, stops: [...held, ...actions.map((action) => ({ at: place.at, action }))] };
};

const actionsOf = (behaviour: Behaviour): readonly Stop['action'][] => {
  switch (behaviour.behaviour) {
    case 'hold':
      return behaviour.then === undefined || behaviour.then === 'go-on' ? ['hold'] : ['hold', behaviour.then];
    case 'stall':
    case 'reset':
      return [behaviour.behaviour];
    case 'cut':
      return [behaviour.how === 'close' ? 'close' : 'cut'];
    default:
      return [];
  }
};

interface Place {
  readonly afterBytes?: Position;
  readonly afterEvents?: number;
}

/** Without a place, it happens within the answer's text; a count of events becomes the count of their bytes. */
const placeOf = (
  place: Place,
  pieces: Iterable<Piece>,
): { readonly at: Position; readonly pieces: Iterable<Piece> } => {
  if (place.afterBytes !== undefined) return { at: place.afterBytes, pieces };
  const all = [...pieces];
  // A plain body is one piece: its middle stands for the middle of its text.
  if (all.length <= 1) return { at: Math.floor((all[0]?.bytes.length ?? 0) / 2), pieces: all };
  const before = all.slice(0, place.afterEvents ?? eventsBeforeTrouble);
  return { at: before.reduce((sum, event) => sum + event.bytes.length, 0), pieces: all };
};

/** A behaviour that has no place of its own never gets here with one. */
const placeIn = (behaviour: Behaviour): Place =>
  behaviour.behaviour === 'hold' ||
  behaviour.behaviour === 'stall' ||
  behaviour.behaviour === 'reset' ||
  behaviour.behaviour === 'cut'
    ? behaviour
    : {};
