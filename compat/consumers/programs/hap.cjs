/**
 * `node hap.cjs ADVERTISER FOLDER`: an accessory. SIGUSR2 adds a service to it, which raises the number of its
 * configuration; SIGTERM ends it with goodbyes.
 */
const { Accessory, Categories, HAPStorage, Service, uuid } = require('hap-nodejs');

const [, , advertiser, folder] = process.argv;
HAPStorage.setCustomStoragePath(folder);
const accessory = new Accessory('Desk Lamp', uuid.generate('mdns-actors.lamp'));
accessory.addService(Service.Lightbulb, 'Lamp');
accessory.on('advertised', () => process.stdout.write('advertised\n'));
accessory.publish({
  username: '17:51:07:F4:BC:8A',
  pincode: '678-90-876',
  port: 47_129,
  category: Categories.LIGHTBULB,
  addIdentifyingMaterial: false,
  advertiser,
});
process.once('SIGUSR2', () => accessory.addService(Service.Switch, 'Night Light', 'night'));
// As Homebridge does, which waits for five seconds.
process.once('SIGTERM', () => {
  accessory.destroy();
  setTimeout(() => process.exit(), 1000);
});
