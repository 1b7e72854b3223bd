#!/usr/bin/env bash
# Does what the containers of packaging/compose do, with this machine's PostgreSQL, as its user:
# servers.sh FOLDER PORT SCRIPTS PROGRAM
set -euo pipefail
folder=$1 port=$2 scripts=$3 program=$4
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
export PATH PGPORT=$port POSTGRES_PASSWORD=hunter2
umask 077
mkdir "$folder"/{primary,standby,bin} "$folder"/{primary,standby}-socket

# What is one host's in a container is a folder's here.
server() {
    pg_ctl --silent --wait --pgdata="$folder/$1" --log="$folder/log" \
        --options="-k $folder/$1-socket -c listen_addresses=${3:-} -c fsync=off" "$2"
}
sql() {
    psql --no-psqlrc --quiet --tuples-only --no-align --host="$folder/$1-socket" --username=postgres --dbname=mfa
}
stop() {
    for one in primary standby; do
        pg_ctl --silent --mode=immediate --pgdata="$folder/$one" stop >/dev/null 2>&1 || true
    done
}
trap stop EXIT

initdb --auth=trust --username=postgres --no-sync --pgdata="$folder/primary" >/dev/null
server primary start
createdb --host="$folder/primary-socket" --username=postgres mfa
PGDATA=$folder/primary PGHOST=$folder/primary-socket bash "$scripts/primary.sh"
server primary restart 127.0.0.1

printf '#!/bin/sh\nexec %s -k %s -c listen_addresses= -c fsync=off\n' "$(command -v postgres)" "$folder/standby-socket" >"$folder/bin/postgres"
chmod 700 "$folder/bin/postgres"
PATH=$folder/bin:$PATH PGDATA=$folder/standby PRIMARY=127.0.0.1 bash "$scripts/standby.sh" >>"$folder/log" 2>&1 &
for _ in {1..300}; do
    [[ $(sql primary <<<'SELECT sync_state FROM pg_stat_replication') != sync ]] || break
    sleep 0.1
done

url() {
    echo "postgres://$1@/mfa?host=$folder/primary-socket,$folder/standby-socket&port=$port${2:-}"
}
admin() {
    "$program" --store "$(url mfa_admin "$1")" --key-file "$folder/key" "${@:2}"
}
"$program" --store "$(url postgres)" init | sql primary
"$program" keygen "$folder/key" >/dev/null
admin '' create -n me -i Example --secret-stdin --no-image <<<"$SECRET"
admin '' authenticate Example -o - <<<"$CODE"

pg_ctl --silent --mode=immediate --pgdata="$folder/primary" stop
pg_ctl --silent --wait --pgdata="$folder/standby" promote
# In place of another standby.
sql standby <<<'ALTER SYSTEM RESET synchronous_standby_names'
pg_ctl --silent --pgdata="$folder/standby" reload
admin '&standby=none' authenticate Example -o - <<<"$CODE" || echo "status $?"
