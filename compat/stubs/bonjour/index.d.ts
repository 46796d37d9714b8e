import replacement = require('mdns-actors/compat/bonjour');
export = replacement;
