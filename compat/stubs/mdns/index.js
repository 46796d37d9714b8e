module.exports = require('mdns-actors/compat/mdns');
