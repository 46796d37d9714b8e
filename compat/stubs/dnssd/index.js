module.exports = require('mdns-actors/compat/dnssd');
