module.exports = require('mdns-actors/compat/ciao');
