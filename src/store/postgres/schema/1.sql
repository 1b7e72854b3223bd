CREATE TABLE mfa.app (
    name text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    key_id text NOT NULL,
    record bytea NOT NULL
);
CREATE TABLE mfa.policy (LIKE mfa.app INCLUDING ALL);
CREATE TABLE mfa.client (LIKE mfa.app INCLUDING ALL);
CREATE TABLE mfa.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    app text NOT NULL,
    event jsonb NOT NULL
);
CREATE INDEX ON mfa.audit (at);
