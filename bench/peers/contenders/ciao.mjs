import ciao from '@homebridge/ciao';
import { meter, own, say } from './say.mjs';

// By itself it only finds interfaces that have neighbours already.
const responder = ciao.getResponder({ interface: 'lan0' });
await Promise.all(own.map((service) => responder.createService(service).advertise()));
meter();
say('ready');
