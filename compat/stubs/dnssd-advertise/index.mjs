export * from 'mdns-actors/compat/dnssd-advertise';
export { default } from 'mdns-actors/compat/dnssd-advertise';
