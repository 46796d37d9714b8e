/** Ends a command with exit code 1; the message is for the user. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
