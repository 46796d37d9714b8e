import replacement = require('mdns-actors/compat/bonjour-service');
export = replacement;
