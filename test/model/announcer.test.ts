/** One service in all its phases, in every order: the supervisor against a model. MODEL_WALKS=200 walks on for long. */
import { announcerModel } from './announcer-model.js';
import { AnnouncerRun } from './announcer-run.js';
import { walks } from './walks.js';

walks('PRB-01 TIE-04 CNF-01 UPD-01 GBY-01 a service', announcerModel, (random) => new AnnouncerRun(random));
