-- A gate: authenticate, run, policy check, sms
GRANT USAGE ON SCHEMA mfa TO mfa_gate;
GRANT SELECT, UPDATE (version, key_id, record) ON mfa.app TO mfa_gate;
GRANT SELECT, INSERT, UPDATE (version, key_id, record) ON mfa.policy TO mfa_gate;
GRANT SELECT ON mfa.client, mfa.meta TO mfa_gate;
GRANT INSERT (app, event) ON mfa.audit TO mfa_gate;

-- An administrator, and mfa serve: everything but the tables themselves
GRANT USAGE ON SCHEMA mfa TO mfa_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa.app, mfa.policy, mfa.client TO mfa_admin;
GRANT SELECT ON mfa.meta TO mfa_admin;
GRANT SELECT, DELETE, INSERT (app, event) ON mfa.audit TO mfa_admin;
