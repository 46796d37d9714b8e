import type { CommandName } from './commands.js';

/** The command line is invalid; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** The command, if it is known. */
  readonly command: CommandName | undefined;
  /** Whether the form of the command line is wrong, and not only a value: its usage helps then. */
  readonly isForm: boolean;

  constructor(message: string, command?: CommandName, { isForm = false }: { readonly isForm?: boolean } = {}) {
    super(message);
    this.command = command;
    this.isForm = isForm;
  }
}
