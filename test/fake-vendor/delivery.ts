import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Position } from './behaviours.js';
import type { Piece } from './piece.js';
import type { Stop } from './place-stops.js';
import type { ResponsePlan } from './plan-response.js';

/** What the deliverer tells while it works, and asks where it must wait for a release. */
export interface DeliveryWatch {
  sent(bytes: number): void;
  usageTold(usage: JsonObject): void;
  /** Resolves once the test releases the response. */
  held(): Promise<void>;
}

/** How it ended: whole, because the behaviour says so, or because the client went away. */
export type DeliveryEnd = 'whole' | 'broken-off' | 'client-left';

interface Line {
  readonly response: ServerResponse;
  readonly watch: DeliveryWatch;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<'closed'>;
  readonly isClosed: () => boolean;
}

/** Writes a planned response, stopping where it says. The client's leaving ends every wait. */
export const deliver = async (
  response: ServerResponse,
  plan: ResponsePlan,
  watch: DeliveryWatch,
): Promise<DeliveryEnd> => {
  const line = openLine(response, watch);
  const stops = [...plan.stops].sort((left, right) => order(left.at) - order(right.at));
  const early = await passStops(line, stops, order('headers'));
  if (early !== undefined) return early;
  response.writeHead(plan.status, plan.headers);
  let sent = 0;
  for (const piece of plan.pieces) {
    const end = await writePiece(line, piece, stops, sent);
    if (end !== undefined) return end;
    sent += piece.bytes.length;
    if (plan.gapMs > 0) await Promise.race([pause(plan.gapMs), line.closed]);
  }
  return (await passStops(line, stops, Infinity)) ?? finish(line);
};

const openLine = (response: ServerResponse, watch: DeliveryWatch): Line => {
  let gone = response.destroyed;
  const closed = new Promise<'closed'>((resolve) => {
    const settle = () => {
      gone = true;
      resolve('closed');
    };
    if (gone) settle();
    response.once('close', settle);
  });
  // A write to a connection that the client has reset is an error event besides; `close` says the same.
  response.on('error', () => undefined);
  return { response, watch, closed, isClosed: () => gone };
};

/** Places in the order that they are passed in. */
const order = (at: Position): number => {
  if (at === 'headers') return -1;
  return at === 'end' ? Infinity : at;
};

/** Writes one piece, in parts where a stop lies within it. */
const writePiece = async (
  line: Line,
  piece: Piece,
  stops: Stop[],
  before: number,
): Promise<DeliveryEnd | undefined> => {
  let offset = 0;
  while (offset < piece.bytes.length) {
    const end = await passStops(line, stops, before + offset);
    if (end !== undefined) return end;
    if (line.isClosed()) return 'client-left';
    const room = order(stops[0]?.at ?? 'end') - before - offset;
    const part = piece.bytes.subarray(offset, offset + Math.min(room, piece.bytes.length - offset));
    await write(line, part);
    offset += part.length;
  }
  if (piece.usage !== undefined && !line.isClosed()) line.watch.usageTold(piece.usage);
  return undefined;
};

const write = async (line: Line, part: Buffer): Promise<void> => {
  const roomLeft = line.response.write(part);
  line.watch.sent(part.length);
  if (roomLeft) return;
  let drained: () => void = () => undefined;
  await Promise.race([line.closed, new Promise<void>((resolve) => line.response.once('drain', (drained = resolve)))]);
  line.response.removeListener('drain', drained);
};

/** Does what the stops up to this place say, in turn. Tells how the delivery ended, where one of them ends it. */
const passStops = async (line: Line, stops: Stop[], reached: number): Promise<DeliveryEnd | undefined> => {
  while (stops[0] !== undefined && order(stops[0].at) <= reached) {
    const stop = stops.shift();
    if (stop === undefined) return undefined;
    if (stop.at !== 'headers') line.response.flushHeaders();
    const end = await act(line, stop.action);
    if (end !== undefined) return end;
  }
  return undefined;
};

const act = async (line: Line, action: Stop['action']): Promise<DeliveryEnd | undefined> => {
  switch (action) {
    case 'hold':
      await Promise.race([line.watch.held(), line.closed]);
      return line.isClosed() ? 'client-left' : undefined;
    case 'stall':
      await line.closed;
      return 'client-left';
    case 'reset':
      line.response.socket?.resetAndDestroy();
      return 'broken-off';
    case 'cut':
      await ended(line);
      return 'broken-off';
    case 'close':
      line.response.socket?.end();
      return 'broken-off';
    default:
      return action satisfies never;
  }
};

const finish = async (line: Line): Promise<DeliveryEnd> => {
  await ended(line);
  return line.response.writableFinished ? 'whole' : 'client-left';
};

/** Resolves once the system has taken every byte, or the connection is gone. */
const ended = async (line: Line): Promise<void> => {
  const flushed = new Promise<void>((resolve) => line.response.end(() => resolve()));
  await Promise.race([flushed, line.closed]);
};
