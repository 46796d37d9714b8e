/** What `require` returns: everything, and as `default` what `import` of the package is compiled to. */
import { InternalServiceEvent, Protocol, ServiceEvent, ServiceState, ServiceType } from './constants.js';
import { getResponder, Responder } from './responder.js';
import { CiaoService } from './service.js';

const words = { InternalServiceEvent, Protocol, ServiceEvent, ServiceState, ServiceType };

export default { ...words, CiaoService, Responder, getResponder, default: { getResponder } };
