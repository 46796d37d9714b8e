export * from 'mdns-actors/compat/ciao/lib/util/domain-formatter';
export { default } from 'mdns-actors/compat/ciao/lib/util/domain-formatter';
