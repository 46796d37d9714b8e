#!/bin/sh
# Avahi browses a zone of BIND in which ours publishes: in a network and mount namespace of its own, which ends with this
# script. Prints what avahi-browse finds. Arguments: an empty folder, and the file dist/index.js.
set -eu
folder=$1 ours=$2
[ "${3:-}" = inside ] || exec unshare --net --mount --pid --fork --kill-child -- "$0" "$folder" "$ours" inside
PATH=$PATH:/usr/sbin:/sbin
secret=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=

ip link set lo up
ip link add lan0 type veth peer name lan1
ip link set lan1 up
ip address add 198.18.0.1/24 dev lan0
ip link set lan0 up multicast on
mount -t tmpfs none /run
mkdir -p /run/dbus /run/avahi-daemon
echo 'nameserver 127.0.0.1' > "$folder/resolv.conf"
mount --bind "$folder/resolv.conf" /etc/resolv.conf

cat > "$folder/office.db" <<ZONE
\$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 5
@ NS ns
ns A 127.0.0.1
ZONE
cat > "$folder/named.conf" <<CONF
options { directory "$folder"; managed-keys-directory "$folder"; pid-file none; session-keyfile none;
  listen-on { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };
controls { };
key "office-key" { algorithm hmac-sha256; secret "$secret"; };
zone "office.example" { type primary; file "office.db"; update-policy { grant office-key zonesub PTR SRV TXT A AAAA; }; };
CONF
named -g -c "$folder/named.conf" > "$folder/named.log" 2>&1 &

cat > "$folder/bus.conf" <<CONF
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>
CONF
dbus-daemon --nofork --nopidfile --config-file="$folder/bus.conf" > "$folder/bus.log" 2>&1 &
printf '[server]\nuse-ipv6=no\n[wide-area]\nenable-wide-area=yes\n' > "$folder/avahi.conf"
sleep 0.5
avahi-daemon --file "$folder/avahi.conf" --no-drop-root --no-chroot --no-rlimits > "$folder/avahi.log" 2>&1 &

# Without a server: the system's names the primary of the zone.
cat > "$folder/publisher.mjs" <<PROGRAM
import { createMdns } from '$ours';
const key = { name: 'office-key', secret: '$secret' };
const mdns = createMdns({ hostname: 'pi', interfaces: ['lo'], domains: [{ name: 'office.example', key }] });
const web = { name: 'My. Web', type: 'http', port: 80, txt: { a: '1' }, domains: ['office.example'] };
await mdns.publish(web).whenAnnounced({ timeout: 10_000 });
console.log('announced');
PROGRAM
node "$folder/publisher.mjs" > "$folder/publisher.log" 2>&1 &
i=0
until grep -q announced "$folder/publisher.log"; do
  i=$((i + 1)); [ "$i" -lt 100 ] || { cat "$folder"/*.log >&2; exit 1; }
  sleep 0.1
done
until grep -q 'startup complete' "$folder/avahi.log"; do
  i=$((i + 1)); [ "$i" -lt 200 ] || { cat "$folder"/*.log >&2; exit 1; }
  sleep 0.1
done
timeout 20 avahi-browse --terminate --resolve --parsable --no-db-lookup --domain=office.example _http._tcp
