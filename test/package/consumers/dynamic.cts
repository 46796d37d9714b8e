/** A CommonJS program that imports the package dynamically, as it has to with `node16`. */
export async function start(): Promise<import('mdns-actors', { with: { 'resolution-mode': 'import' }}).Status> {
  const { createMdns } = await import('mdns-actors');
  const mdns = createMdns({ interfaces: 'loopback', ipv4: '224.0.0.254:49121', ipv6: false });
  const web = mdns.publish({ name: 'Web', type: 'http', port: 80 });
  await web.announced;
  await mdns.close();
  return mdns.status;
}
void start().then(({ state }) => console.log(JSON.stringify({ state })));
