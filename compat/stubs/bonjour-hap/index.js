module.exports = require('mdns-actors/compat/bonjour-hap');
