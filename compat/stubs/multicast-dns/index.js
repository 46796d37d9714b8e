module.exports = require('mdns-actors/compat/multicast-dns');
