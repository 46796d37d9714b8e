/** One browse and one service that comes and goes, in every order: the supervisor against a model. */
import { browseModel } from './browse-model.js';
import { BrowseRun } from './browse-run.js';
import { walks } from './walks.js';

walks('QU-01 TTL-01 CFL-01 GBY-02 RCF-01 a browse', browseModel, (random) => new BrowseRun(random));
