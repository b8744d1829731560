-- Times are milliseconds since 1970. JSON is text, a truth value is 0 or 1.

CREATE TABLE organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

-- The first organization gets number 1001.
INSERT INTO sqlite_sequence (name, seq) VALUES ('organizations', 1000);

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    last_event_sequence INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    UNIQUE (organization_id, id, environment)
) STRICT;

CREATE TABLE vault_secrets (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE integrations (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    id TEXT NOT NULL,
    connector_key TEXT NOT NULL,
    connector_version TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    provider_environment TEXT NOT NULL,
    name TEXT NOT NULL,
    setup_values BLOB,
    enabled_actions TEXT,
    missing_scopes TEXT NOT NULL,
    active INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (organization_id, project_id, environment, id),
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment)
) STRICT;

CREATE TABLE accounts (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    provider_environment TEXT NOT NULL,
    status TEXT NOT NULL,
    status_reasons TEXT NOT NULL,
    origin_owner_id TEXT NOT NULL,
    origin_owner_name TEXT NOT NULL,
    origin_username TEXT,
    label TEXT,
    account_type TEXT NOT NULL,
    shared INTEGER,
    metadata TEXT,
    setup_information TEXT NOT NULL,
    credentials BLOB,
    credential_version INTEGER NOT NULL,
    granted_scopes TEXT,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    deleted_at_ms INTEGER,
    -- Owner id, owner name and label in lower case, for the search.
    search_text TEXT NOT NULL,
    PRIMARY KEY (organization_id, project_id, environment, id),
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment),
    FOREIGN KEY (organization_id, project_id, environment, integration_id)
        REFERENCES integrations (organization_id, project_id, environment, id)
) STRICT;

CREATE INDEX accounts_newest ON accounts (organization_id, project_id, environment, created_at_ms, id);
CREATE INDEX accounts_owner ON accounts (organization_id, project_id, environment, origin_owner_id, provider);

CREATE TABLE connect_sessions (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,
    origin_owner_id TEXT NOT NULL,
    origin_owner_name TEXT NOT NULL,
    origin_username TEXT,
    provider TEXT,
    categories TEXT,
    integration_id TEXT,
    account_id TEXT,
    label TEXT,
    metadata TEXT,
    multiple INTEGER NOT NULL,
    account_type TEXT NOT NULL,
    shared INTEGER,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER,
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment),
    FOREIGN KEY (organization_id, project_id, environment, integration_id)
        REFERENCES integrations (organization_id, project_id, environment, id),
    FOREIGN KEY (organization_id, project_id, environment, account_id)
        REFERENCES accounts (organization_id, project_id, environment, id)
) STRICT;

CREATE TABLE api_keys (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    display TEXT NOT NULL,
    key_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    last_used_at_ms INTEGER,
    disabled_at_ms INTEGER,
    PRIMARY KEY (organization_id, project_id, environment, id),
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment)
) STRICT;

CREATE TABLE login_links (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    code_hash BLOB PRIMARY KEY,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER,
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment)
) STRICT;

CREATE TABLE dashboard_sessions (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    token_hash BLOB PRIMARY KEY,
    created_at_ms INTEGER NOT NULL,
    last_seen_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment)
) STRICT;

CREATE TABLE events (
    organization_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT,
    payload TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (organization_id, project_id, environment, sequence),
    UNIQUE (organization_id, project_id, environment, id),
    FOREIGN KEY (organization_id, project_id, environment) REFERENCES projects (organization_id, id, environment)
) STRICT;
