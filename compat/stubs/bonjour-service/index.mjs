export * from 'mdns-actors/compat/bonjour-service';
export { default } from 'mdns-actors/compat/bonjour-service';
