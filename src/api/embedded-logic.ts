/**
 * The supervisor as the child of another machine: it sends what it emits to its listener, and it does not keep its
 * parent from being persisted.
 */
import type { AnyActorScope, Snapshot, SnapshotFrom } from 'xstate';
import type { guardedSupervisor } from '../actors/supervisor/supervisor.js';
import { cannotRestart, inputOf, type RestartMarker, restartMarker } from './restart-marker.js';

type Machine = typeof guardedSupervisor;
/** The marker: of a supervisor that cannot be restored. */
type Embedded = SnapshotFrom<Machine> | RestartMarker;

export function embedded(machine: Machine): Machine {
  const getPersistedSnapshot = (snapshot: Embedded): Snapshot<unknown> => {
    if ('without' in snapshot) return snapshot;
    if (snapshot.status === 'active') return restartMarker(snapshot.context.input, snapshot.matches('closing'));
    const { status, output, error } = snapshot;
    return { status, output, error } as Snapshot<unknown>;
  };
  const restoreSnapshot = (persisted: Snapshot<unknown>, scope: AnyActorScope) => {
    if (persisted.status !== 'active') return persisted;
    const marker = persisted as RestartMarker;
    const input = inputOf(marker, scope.self._parent);
    // An error of this function would not be reported: a parent starts the children that are active, and no others.
    if (!input) return marker;
    if (marker.closes) scope.defer(() => scope.self.send({ type: 'mdns.close' }));
    return machine.getInitialSnapshot(scope, input);
  };
  const start = (snapshot: Embedded, { self }: AnyActorScope) => {
    if ('without' in snapshot) throw cannotRestart(snapshot);
    const { listener } = snapshot.context.input;
    if (listener) self.on('*', (event) => listener.send(event));
    machine.start(snapshot);
  };
  return Object.create(machine, {
    getPersistedSnapshot: { value: getPersistedSnapshot },
    restoreSnapshot: { value: restoreSnapshot },
    start: { value: start },
  }) as Machine;
}
