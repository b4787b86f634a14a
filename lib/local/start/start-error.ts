/** Why the pipeline on this machine cannot work, as a sentence for the operator. Never contains a token. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The operator interrupted the start: nothing is wrong, and the next one goes on. */
export class StartInterrupted extends Error {
  override readonly name = 'StartInterrupted';

  constructor() {
    super('Interrupted. What is archived stays; the next npm start goes on from the checkpoint.');
  }
}
