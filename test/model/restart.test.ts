/** A system in a thread that crashes, and a client that does not read, in every order with what it has open: against a model. */
import { restartModel } from './restart-model.js';
import { RestartRun } from './restart-run.js';
import { walks } from './walks.js';

walks('a system in a thread that crashes', restartModel, (random) => new RestartRun(random));
