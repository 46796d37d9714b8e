export * from 'mdns-actors/compat/mdns';
export { default } from 'mdns-actors/compat/mdns';
