/** Does nothing, so that what the machine adds to the delays of event loops is known. */
import { meter, say } from './say.mjs';

meter();
setInterval(() => {}, 60_000);
say('ready');
