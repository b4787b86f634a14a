/** What keeps `npm start` from ending well, in a sentence for whoever typed it. Never holds a token. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The operator ended the start: nothing is wrong, and the next one goes on. */
export class StartInterrupted extends Error {
  override readonly name = 'StartInterrupted';

  constructor() {
    super('Interrupted. What is archived stays; the next npm start goes on from the checkpoint.');
  }
}
