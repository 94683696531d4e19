/** Something that the tour promises did not come true; the message is a sentence for the person who watches. */
export class TourFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TourFault';
  }
}
