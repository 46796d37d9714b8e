/** Preloaded, writes at the end how many microseconds of processor time the process has used, to the file that CPU names. */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.CPU, String(user + system));
});
