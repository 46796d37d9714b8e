import replacement = require('mdns-actors/compat/dnssd-advertise');
export = replacement;
