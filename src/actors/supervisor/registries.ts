/**
 * How the supervisor manages what is published beyond the link: each domain has a registry, to which the publications
 * are passed as they are to a link. Part of the machine in `supervisor.ts`.
 */
import { type AnyActorLogic, enqueueActions } from 'xstate';
import { hmacWith } from '../../net/tsig-key.js';
import type { TsigSigner } from '../../protocol/unicast/tsig.js';
import type { RegistryCommand } from '../domain/registration-events.js';
import type { RegistryInput } from '../domain/registry.js';
import type { LinkId, Port } from '../messages.js';
import { type Letter, letter, sendEach } from '../send-each.js';
import {
  type ChildDone,
  type ChildError,
  countBreakdown,
  pauseOf,
  registryActor,
  registryOf,
  type SupervisorContext,
} from './context.js';
import { domainCode } from './domain-code.js';
import { ROOT } from './domain-entry.js';
import { domainsSetup } from './domains.js';
import type { DomainChoice } from './input.js';
import type { RegistryOpened } from './publication-entry.js';

export const registriesSetup = domainsSetup.extend({
  actions: {
    /** Without a publication a registry does nothing. */
    openRegistries: enqueueActions(({ context, enqueue, self }) => {
      const { registry: logic } = domainCode;
      if (!logic) return;
      for (const [id, entry] of context.domains) {
        if (id === ROOT || context.registries.has(id)) continue;
        context.registries.set(id, undefined);
        // Logic that is loaded later is not among the machine's actors.
        const input = registryInput(context, entry, self as unknown as RegistryInput['supervisor']);
        if (!input) continue;
        (enqueue.spawnChild as unknown as SpawnLoaded)(logic, { id: registryActor(id), input });
        enqueue.sendTo(self, { type: 'registry.opened', domain: id });
      }
    }),
    noteRegistry: ({ context, self }, { domain }: RegistryOpened) => {
      const ref: Port<RegistryCommand> | undefined = self.getSnapshot().children[registryActor(domain)];
      context.registries.set(domain, ref);
    },
    tellRegistries: sendEach(({ context }) => {
      const interfaces = [...context.interfaces.values()];
      return toRegistries(context, { type: 'interfaces.changed', interfaces });
    }),
    closeRegistries: sendEach(({ context }) => toRegistries(context, { type: 'registry.close' })),
    forgetRegistry: ({ context }, { domain }: { readonly domain: LinkId }) => {
      context.registries.delete(domain);
    },
    replaceRegistry: enqueueActions(({ context, enqueue }, error: ChildError<`registry.${string}`>) => {
      const actor = registryActor(registryOf(error));
      countBreakdown(context, actor);
      enqueue.stopChild(actor);
      enqueue.raise({ type: 'domains.loaded', error: undefined }, { delay: pauseOf(context, actor) });
    }),
    stopRegistry: enqueueActions(({ enqueue }, { output }: ChildDone<`registry.${string}`, { domain: LinkId }>) => {
      enqueue.stopChild(registryActor(output.domain));
    }),
  },
});

type SpawnLoaded = (logic: AnyActorLogic, options: { readonly id: string; readonly input: unknown }) => void;

function toRegistries({ registries }: SupervisorContext, event: RegistryCommand): Letter[] {
  return [...registries.values()].flatMap((ref) => (ref ? letter(ref, event) : []));
}

/** Undefined for a network without unicast DNS. */
function registryInput(
  { input, interfaces, families }: SupervisorContext,
  { name: domain, servers, key }: DomainChoice,
  supervisor: RegistryInput['supervisor'],
): RegistryInput | undefined {
  const { network, addressFilter, namedFilters = () => undefined } = input;
  const { dns, clock } = network;
  if (!dns) return undefined;
  // The key stays here: a registry gets what signs with it.
  const signer: TsigSigner | undefined = key && { name: key.name, algorithm: key.algorithm, hmac: hmacWith(key) };
  const around = { interfaces: [...interfaces.values()], families, addressFilter, namedFilters };
  return { domain, servers, signer, dns, clock, ...around, random: () => network.random(), supervisor };
}
