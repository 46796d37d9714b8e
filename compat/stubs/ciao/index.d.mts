export * from 'mdns-actors/compat/ciao';
export { default } from 'mdns-actors/compat/ciao';
