import replacement = require('mdns-actors/compat/mdns');
export = replacement;
