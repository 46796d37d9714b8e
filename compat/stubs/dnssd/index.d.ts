import replacement = require('mdns-actors/compat/dnssd');
export = replacement;
