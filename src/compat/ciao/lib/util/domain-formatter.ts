/** `mdns-actors/compat/ciao/lib/util/domain-formatter`: what this file of the package @homebridge/ciao exports. */
import {
  enlargeIPv6,
  formatHostname,
  formatMappedIPv4Address,
  formatReverseAddressPTRName,
  getNetAddress,
  ipAddressFromReversAddressName,
  parseFQDN,
  removeTLD,
  shortenIPv6,
  stringify,
} from '../../domain-formatter.js';

export * from '../../domain-formatter.js';

const names = { formatHostname, parseFQDN, removeTLD, stringify };
const addresses = { enlargeIPv6, formatMappedIPv4Address, getNetAddress, shortenIPv6 };
export default { ...names, ...addresses, formatReverseAddressPTRName, ipAddressFromReversAddressName };
