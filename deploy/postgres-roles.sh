#!/bin/sh
# Runs once, when the database directory is made: the same two roles and rights as the embedded PostgreSQL
# (procurement/embedded/postgres.py). portal_app owns nothing.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
    --set owner_password="$(cat /run/secrets/postgres_owner)" \
    --set app_password="$(cat /run/secrets/postgres_app)" <<'SQL'
CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN PASSWORD :'app_password';
ALTER ROLE portal_app SET lock_timeout = '5s';
ALTER ROLE portal_app SET statement_timeout = '20s';
ALTER ROLE portal_app SET idle_in_transaction_session_timeout = '60s';
ALTER DATABASE portal OWNER TO portal_owner;
GRANT ALL ON SCHEMA public TO portal_owner;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
SQL
