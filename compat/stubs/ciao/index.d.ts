import replacement = require('mdns-actors/compat/ciao');
export = replacement;
