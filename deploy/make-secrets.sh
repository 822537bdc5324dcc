#!/bin/sh
# Fills deploy/secrets/ once, for docker-compose.yml; what is there stays. TLS certificates are put beside it by hand.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets/keys secrets/tls
fresh() { [ -s "secrets/$1" ] || head -c 48 /dev/urandom | base64 | tr -d '\n/+=' > "secrets/$1"; }
for name in secret_key postgres_admin postgres_owner postgres_app redis; do fresh "$name"; done
[ -s secrets/database_url ] || printf 'postgres://portal_app:%s@postgres/portal' "$(cat secrets/postgres_app)" > secrets/database_url
[ -s secrets/database_owner_url ] || printf 'postgres://portal_owner:%s@postgres/portal' "$(cat secrets/postgres_owner)" > secrets/database_owner_url
[ -s secrets/broker_url ] || printf 'redis://:%s@redis/0' "$(cat secrets/redis)" > secrets/broker_url
[ -s secrets/keys/journal-ed25519.pem ] || openssl genpkey -algorithm ed25519 -out secrets/keys/journal-ed25519.pem
# one Fernet key (URL-safe base64 of 32 bytes) a line, the newest first; and the key of the fingerprints
[ -s secrets/keys/personal-data.keys ] || head -c 32 /dev/urandom | base64 | tr '/+' '_-' > secrets/keys/personal-data.keys
[ -s secrets/keys/personal-index.key ] || head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > secrets/keys/personal-index.key
# the image runs as user 10001; secrets are mounted with the rights they have here
if [ "$(id -u)" = 0 ]; then chown -R 10001:10001 secrets; fi
echo "secrets/ is complete; put fullchain.pem and privkey.pem into secrets/tls/"
