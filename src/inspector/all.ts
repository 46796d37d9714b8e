/** All of the inspector: what is loaded, as one file, when the page is first asked for. */
export { Collector } from './collector.js';
export { InspectorPages } from './handler.js';
export { serve } from './server.js';
