import type { SrvData } from '../record.js';

/** The effective weight of 0 beside greater ones: our choice of "a very small chance" (RFC 2782). */
const ZERO_WEIGHT = 0.01;

/**
 * The SRV records in the order in which to try them: lower priorities first, and within one priority drawn by weight
 * (RFC 6763 section 5, RFC 2782). `random` is uniform in [0, 1), such as `Math.random`. Draw again for each connection.
 *
 * @example const [first] = drawSrvs(await mdns.query('Office._ipp._tcp.local', 'SRV'), Math.random);
 */
export function drawSrvs<S extends SrvData>(records: readonly S[], random: () => number): S[] {
  const left = [...records].sort((a, b) => a.priority - b.priority);
  const order: S[] = [];
  while (left[0]) {
    const { priority } = left[0];
    const next = left.findIndex((srv) => srv.priority !== priority);
    const [drawn] = left.splice(drawByWeight(left.slice(0, next < 0 ? left.length : next), random), 1);
    if (drawn) order.push(drawn);
  }
  return order;
}

/** Draws an index. */
function drawByWeight(records: readonly SrvData[], random: () => number): number {
  const weights = records.map((srv) => srv.weight || ZERO_WEIGHT);
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return drawn < 0 ? records.length - 1 : drawn;
}

/**
 * The order by which an instance chooses the SRV record that it shows; it must be stable: lowest priority, then
 * greatest weight, then heard last. A replaced record stays for a second (RFC 6762 section 10.2): by "heard last" the
 * new one is shown at once, unless the old one has a better priority or weight, which is then shown until it is
 * removed.
 */
export function compareSrvs(a: RankedSrv, b: RankedSrv): number {
  return a.srv.priority - b.srv.priority || b.srv.weight - a.srv.weight || b.order - a.order;
}

export interface RankedSrv {
  readonly srv: SrvData;
  /** Increases with every record heard. */
  readonly order: number;
}
