/** Some places, of which the first by an order is always at hand. */
export interface PlaceHeap {
  /** Undefined where none is left. */
  first(): number | undefined;
  removeFirst(): void;
  /** The first has changed its place in the order, and comes no earlier than before. */
  sinkFirst(): void;
}

/**
 * A binary heap of so many places from the start on, made in a time that grows with their number alone: of a thousand hardly
 * more than the first few are ever asked for, so that a whole sort would be thrown away. `isBefore` is a strict total order.
 */
export function createHeap(
  start: number,
  count: number,
  isBefore: (left: number, right: number) => boolean,
): PlaceHeap {
  const places = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) places[index] = start + index;
  let left = count;
  const at = (index: number): number => places[index] ?? 0;
  const sink = (from: number): void => {
    const place = at(from);
    let index = from;
    for (let child = 2 * index + 1; child < left; child = 2 * index + 1) {
      if (child + 1 < left && isBefore(at(child + 1), at(child))) child += 1;
      if (!isBefore(at(child), place)) break;
      places[index] = at(child);
      index = child;
    }
    places[index] = place;
  };
  for (let index = (count >> 1) - 1; index >= 0; index -= 1) sink(index);
  return {
    first: () => (left === 0 ? undefined : at(0)),
    removeFirst: () => {
      left -= 1;
      places[0] = at(left);
      sink(0);
    },
    sinkFirst: () => {
      sink(0);
    },
  };
}
