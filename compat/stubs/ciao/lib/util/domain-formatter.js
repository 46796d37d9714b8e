module.exports = require('mdns-actors/compat/ciao/lib/util/domain-formatter');
