import replacement = require('mdns-actors/compat/bonjour-hap');
export = replacement;
