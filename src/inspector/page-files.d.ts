/** The files of the page, made by `npm run build` from `web` and `docs/machines`. */
declare module '#page' {
  export const html: string;
  export const script: string;
  export const style: string;
  /** The state charts by the ids of their machines, as JSON. */
  export const charts: string;
}
