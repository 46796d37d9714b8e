import replacement = require('mdns-actors/compat/multicast-dns');
export = replacement;
