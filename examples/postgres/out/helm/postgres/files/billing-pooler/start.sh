#!/bin/sh
# Starts PgBouncer with the login that only the environment knows.
set -eu
umask 077

quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/"/""/g')"; }

echo "$(quoted "$POSTGRES_USER") $(quoted "$POSTGRES_PASSWORD")" >/tmp/userlist.txt
cp /etc/pgbouncer-config/pgbouncer.ini /tmp/pgbouncer.ini
echo "auth_user = $POSTGRES_USER" >>/tmp/pgbouncer.ini
exec pgbouncer /tmp/pgbouncer.ini
