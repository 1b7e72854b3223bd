#!/usr/bin/env bash
# Prepares the primary when its data are made: PostgreSQL's image runs this once.
set -euo pipefail

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres <<'EOF'
\set password `printenv POSTGRES_PASSWORD`
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'password';
-- The roles that mfa grants what they need; the service is an administrator.
CREATE ROLE mfa_admin LOGIN;
CREATE ROLE mfa_gate LOGIN;
-- In force from the next start on: until then there is no standby to confirm anything.
ALTER SYSTEM SET synchronous_standby_names = 'standby';
EOF
echo "host replication replicator samenet scram-sha-256" >>"${PGDATA:?}/pg_hba.conf"
