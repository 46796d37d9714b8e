/** Interfaces that come and go, in every order: the supervisor against a model. */
import { interfaceModel } from './interface-model.js';
import { InterfaceRun } from './interface-run.js';
import { walks } from './walks.js';

const IDS = 'IFC-04 PRB-01 TOP-01 CFL-07';

walks(
  `${IDS} an interface beside one that nothing happens to`,
  interfaceModel,
  (random) => new InterfaceRun(random, { steady: true }),
);
walks(`${IDS} an interface as the only one`, interfaceModel, (random) => new InterfaceRun(random, { steady: false }));
