/** What keeps the pipeline on this machine from its work, in a sentence for whoever typed the command. Never holds a token. */
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
