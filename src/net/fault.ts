/** Why a link or a server cannot be used: a code of the operating system and a sentence for people. */
export interface LinkFault {
  /** `EADDRINUSE`, `ENETUNREACH`, `EPERM`, `ENODEV`, `EADDRNOTAVAIL` ... */
  readonly code: string;
  readonly message: string;
}
