/** Registrars with a zone in memory behind a desk that the test opens and shuts. */
import { createActor, fromCallback } from 'xstate';
import { registrarMachine } from '../../../src/actors/domain/registrar.js';
import type { Desk, DeskRequest, RegistrarReport, RequestEnd } from '../../../src/actors/domain/registration-events.js';
import { RCODE } from '../../../src/protocol/constants.js';
import { hostRecordSet } from '../../../src/protocol/dns-sd/host.js';
import { serviceRecordSet } from '../../../src/protocol/dns-sd/service.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import type { RefusalCode } from '../../../src/protocol/unicast/outcome.js';
import { updateMessage } from '../../../src/protocol/unicast/update.js';
import { decodeUnicast, encodeUnicast } from '../../../src/protocol/wire/unicast.js';
import { ZoneRecords } from '../../../src/testing/zone-records.js';
import { Bench, Coverage } from '../../support/actors.js';

export const coverage = new Coverage(registrarMachine);
export const DOMAIN = 'office.example';
export const HOST = `pi.${DOMAIN}`;

interface ServiceParts {
  readonly port?: number;
  readonly host?: string;
  readonly revision?: number;
  readonly type?: string;
}

export function serviceSet(instance: string, { port = 80, host = HOST, revision = 0, type }: ServiceParts = {}) {
  const typeName = `${type ?? '_http._tcp'}.${DOMAIN}`;
  const set = serviceRecordSet({ id: 'web', instance, typeName, port, host, txt: [], subtypes: [] });
  return { ...set, revision };
}

export function hostSet(addresses: readonly string[], host = HOST, revision = 0): RecordSet {
  const set = hostRecordSet({ id: 'host', host, addresses: addresses.map((address) => ({ address })), reverse: false });
  return { ...set, revision };
}

/**
 * What becomes of a request: `done`: the server does it, and its reply arrives; `unheard`: it does not arrive;
 * `unanswered`: the reply does not; or the server refuses.
 */
export type Fate = 'done' | 'unheard' | 'unanswered' | RefusalCode;

export class DeskBench {
  readonly bench = new Bench();
  readonly zone = new ZoneRecords(DOMAIN);
  readonly reports: RegistrarReport[] = [];
  /** Requests that have not been dealt with. */
  readonly pending: DeskRequest[] = [];
  /** What becomes of requests at once; undefined: they wait for `settle`. */
  fate: Fate | undefined = 'done';
  leaseSeconds: number | undefined;
  /** The lease that the latest update asked for. */
  lastLease: number | undefined;

  readonly desk = createActor(
    fromCallback<DeskRequest | RegistrarReport>(({ receive }) => {
      receive((event) => {
        if (event.type !== 'update.wanted' && event.type !== 'read.wanted') {
          this.reports.push(event);
          return;
        }
        this.pending.push(event);
        if (this.fate !== undefined) this.bench.clock.setTimeout(() => this.settle(this.fate ?? 'done'), 5);
      });
    }),
    { clock: this.bench.clock },
  ).start() as unknown as Desk;

  start(set: RecordSet, hostIsHeld = true) {
    const input = { set, hostIsHeld, random: () => 0.5, desk: this.desk };
    return this.bench.start(registrarMachine, { input, inspect: coverage.inspect });
  }

  advance(ms: number): void {
    this.bench.clock.advance(ms);
  }

  take(): RegistrarReport[] {
    return this.reports.splice(0);
  }

  /** Deals with the oldest request. @returns whether there was one */
  settle(fate: Fate, isAlive = true): boolean {
    const request = this.pending.shift();
    if (!request) return false;
    const end = this.#deal(request, fate);
    if (isAlive) request.registrar.send(end);
    return true;
  }

  #deal(request: DeskRequest, fate: Fate): RequestEnd {
    if (fate === 'unheard') return refusal('unanswered');
    if (fate !== 'done' && fate !== 'unanswered') return refusal(fate);
    const end = request.type === 'read.wanted' ? this.#read(request) : this.#update(request);
    return fate === 'done' ? end : refusal('unanswered');
  }

  #read({ name, types }: Extract<DeskRequest, { type: 'read.wanted' }>): RequestEnd {
    return { type: 'name.read', records: types.flatMap((type) => this.zone.records(name, type)) };
  }

  /** By way of the bytes, since what arrives is what counts. */
  #update({ update }: Extract<DeskRequest, { type: 'update.wanted' }>): RequestEnd {
    this.lastLease = update.leaseSeconds;
    const { message } = decodeUnicast(encodeUnicast(updateMessage(1, DOMAIN, update)));
    const rcode = message ? this.zone.update(message) : RCODE.FORMERR;
    if (rcode === RCODE.NOERROR) return { type: 'update.done', leaseSeconds: this.leaseSeconds };
    return rcode === RCODE.SERVFAIL ? refusal('SERVFAIL') : { type: 'update.denied' };
  }
}

function refusal(code: RefusalCode): RequestEnd {
  return { type: 'request.refused', refusal: { code, reason: `${code}.` } };
}
