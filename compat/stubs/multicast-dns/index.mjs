export * from 'mdns-actors/compat/multicast-dns';
export { default } from 'mdns-actors/compat/multicast-dns';
