import replacement = require('mdns-actors/compat/ciao/lib/util/domain-formatter');
export = replacement;
