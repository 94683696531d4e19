import type { Ask } from './ask.js';
import type { Behaviour } from './behaviours.js';
import { instructionsIn } from './instructions.js';
import type { Scripts } from './scripts.js';

export interface Chooser {
  choose(ask: Ask, idempotencyKey: string | undefined): Behaviour;
  clear(): void;
}

const ordinary: Behaviour = { behaviour: 'answer' };

/** Chooses a request's behaviour: the model's name or the prompt first, then the scripts, then an ordinary answer. */
export const createChooser = (scripts: Scripts): Chooser => {
  const turns = new Map<string, number>();
  const nextTurn = (prompt: string): number => {
    const turn = turns.get(prompt) ?? 0;
    turns.set(prompt, turn + 1);
    return turn;
  };
  return {
    choose: (ask, idempotencyKey) => {
      const { behaviours, inTurn } = instructionsIn(ask.model, ask.lastUserText);
      const mine = behaviours.filter((one) => one.vendor === undefined || one.vendor === ask.vendor);
      if (behaviours.length > 0) return mine[inTurn ? nextTurn(`${ask.vendor} ${ask.lastUserText}`) : 0] ?? ordinary;
      return scripts.take(ask, idempotencyKey) ?? ordinary;
    },
    clear: () => turns.clear(),
  };
};
