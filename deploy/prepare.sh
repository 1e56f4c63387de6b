#!/bin/sh
# Make what docker-compose.yml reads from files, once: files that exist stay as they are.
set -eu

cd "$(dirname "$0")"
if [ ! -e subprocessors.yaml ]; then
    cp subprocessors.example.yaml subprocessors.yaml
    echo "made deploy/subprocessors.yaml: say in it who else handles the data"
fi

umask 077
mkdir -p secrets
chmod 700 secrets
cd secrets

# Letters and digits only: the passwords also stand in addresses.
random() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c "$1"; }

# put NAME TEXT: readable for all inside a folder that is closed to all. The containers see the file, not the folder,
# and each runs under an account of its own.
put() {
    if [ ! -e "$1" ]; then
        printf '%s\n' "$2" >"$1"
        echo "made deploy/secrets/$1"
    fi
    chmod 444 "$1"
}

for role in admin owner app backup; do
    put "database_${role}_password" "$(random 40)"
done
put redis_password "$(random 40)"
put secret_key "$(random 64)"
put master_keys "1:$(head -c 32 /dev/urandom | base64)"

put database_admin_url "postgresql://postgres:$(cat database_admin_password)@postgres:5432/postgres"
put database_owner_url "postgresql://kijk_owner:$(cat database_owner_password)@postgres:5432/kijk"
put database_url "postgresql://kijk_app:$(cat database_app_password)@postgres:5432/kijk"
put redis_url "redis://:$(cat redis_password)@redis:6379/0"
# No machine can think this one up: the program refuses to start until the real one stands here.
put email_url "smtps://user:password@mail.invalid:465"
put redis_settings "requirepass $(cat redis_password)
dir /data
appendonly yes
maxmemory-policy noeviction"

case "$(cat email_url)" in
    *.invalid*) echo "Put the address of your mail server in deploy/secrets/email_url (docs/operations/mail.md)." ;;
esac
echo "Keep a copy of master_keys in a safe: without it nothing in the database or its back-ups can be read again."
