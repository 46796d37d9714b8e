export * from 'mdns-actors/compat/bonjour';
export { default } from 'mdns-actors/compat/bonjour';
