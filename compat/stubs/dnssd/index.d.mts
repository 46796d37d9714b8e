export * from 'mdns-actors/compat/dnssd';
export { default } from 'mdns-actors/compat/dnssd';
