export * from 'mdns-actors/compat/bonjour-hap';
export { default } from 'mdns-actors/compat/bonjour-hap';
