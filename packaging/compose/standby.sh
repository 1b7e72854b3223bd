#!/usr/bin/env bash
# Copies the primary at the first start, and then follows it.
set -euo pipefail
umask 077

if ((EUID == 0)); then
    # Only root can read the secret. The image's folder is open to everybody, which the server refuses.
    POSTGRES_PASSWORD=$(<"${POSTGRES_PASSWORD_FILE:?}")
    export POSTGRES_PASSWORD
    chmod 700 "${PGDATA:?}"
    exec gosu postgres bash "$0"
fi
if [ ! -e "${PGDATA:?}/PG_VERSION" ]; then
    PGPASSWORD=${POSTGRES_PASSWORD:?} pg_basebackup --write-recovery-conf --checkpoint=fast --pgdata="$PGDATA" \
        --dbname="host=${PRIMARY:-primary} user=replicator application_name=standby"
fi
unset POSTGRES_PASSWORD
exec postgres
