/** One interface and IP family in all its phases, in every order: the place against a model. */
import { placeModel } from './place-model.js';
import { PlaceRun } from './place-run.js';
import { walks } from './walks.js';

walks('IFC-04 an interface and IP family', placeModel, () => new PlaceRun());
