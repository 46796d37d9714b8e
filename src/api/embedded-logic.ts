/**
 * The supervisor as the child of another machine: it sends its events to its listener, and its parent can be persisted.
 */
import type { AnyActorScope, Snapshot, SnapshotFrom } from 'xstate';
import type { guardedSupervisor } from '../actors/supervisor/supervisor.js';
import { cannotRestart, inputOf, type RestartMarker, restartMarker } from './restart-marker.js';

type Machine = typeof guardedSupervisor;
/** The marker is the snapshot of a supervisor that cannot be restored. */
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
    // Throwing here would not be reported, since a parent only starts children that are active.
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
