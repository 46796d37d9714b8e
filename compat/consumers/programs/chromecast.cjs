/** Prints the Chromecasts that chromecast-api finds. */
const ChromecastAPI = require('chromecast-api');

const client = new ChromecastAPI();
client.on('device', ({ name, friendlyName, host }) =>
  process.stdout.write(`${JSON.stringify({ name, friendlyName, host })}\n`),
);
process.once('SIGTERM', () => client.destroy());
