/** What a browse reports about an instance. */
import type { ServiceInstance } from '../dns-sd/instance.js';
import type { InstanceChange } from './shown-instance.js';
import type { LossReason } from './view.js';

export type InstanceEvent =
  /**
   * Its SRV record and an address are known, and so is the TXT record unless the wait for it is over; with `partial`
   * the wait is for an address as well. Once for each arrival.
   */
  | { readonly event: 'up'; readonly instance: ServiceInstance }
  | {
      readonly event: 'changed';
      readonly instance: ServiceInstance;
      readonly changes: readonly InstanceChange[];
      readonly previous: ServiceInstance;
    }
  /**
   * Its PTR record (for one known instance, its SRV record) is gone from every link, or its TXT record does not match
   * any more. `instance` is as last shown.
   */
  | { readonly event: 'down'; readonly instance: ServiceInstance; readonly reason: LossReason };
