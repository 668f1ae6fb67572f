-- +goose Up
-- Accounts, sessions, and the lookups that go across tenants. A table with a
-- column business_id belongs to a tenant and is under row-level security; the
-- few lookups across tenants name the business tenant_id.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE users (
    id                uuid PRIMARY KEY,
    email             text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
    password_hash     text NOT NULL,
    family_name       text NOT NULL,
    given_name        text NOT NULL,
    locale            text NOT NULL CHECK (locale IN ('ja', 'en')),
    operator          boolean NOT NULL DEFAULT false,
    email_verified_at timestamptz,
    disabled_at       timestamptz,
    created_at        timestamptz NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
);

-- One row a device: a refresh family. The refresh token of a generation is
-- derived by the program; only its hash stands here.
CREATE TABLE sessions (
    id             uuid PRIMARY KEY,
    user_id        uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    generation     bigint NOT NULL DEFAULT 1,
    token_hash     bytea NOT NULL,
    previous_hash  bytea,
    rotated_at     timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    revoked_at     timestamptz,
    revoked_reason text,
    user_agent     text NOT NULL DEFAULT '',
    address        text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_user_idx ON sessions (user_id, created_at);
CREATE INDEX sessions_expires_idx ON sessions (expires_at);

-- Mails to accounts (verification and the like), outside any business.
CREATE TABLE account_messages (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       text NOT NULL,
    status     text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'failed')),
    attempts   integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    sent_at    timestamptz
);
CREATE INDEX account_messages_user_idx ON account_messages (user_id, created_at);

-- Who works where: looked up before a tenant is known.
CREATE TABLE user_businesses (
    user_id   uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    role      text NOT NULL CHECK (role IN ('owner', 'manager', 'staff', 'assistant')),
    PRIMARY KEY (user_id, tenant_id)
);
CREATE INDEX user_businesses_tenant_idx ON user_businesses (tenant_id);

-- The public directory, and the way from a slug to its business.
CREATE TABLE directory (
    tenant_id  uuid PRIMARY KEY,
    slug       text NOT NULL CHECK (slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) BETWEEN 3 AND 60),
    name       jsonb NOT NULL,
    vertical   text NOT NULL,
    prefecture text NOT NULL,
    city       text NOT NULL,
    status     text NOT NULL,
    search     text NOT NULL,   -- normalised words of name, place and slug
    sort_key   bytea NOT NULL,  -- kana sort key, computed in the program
    created_at timestamptz NOT NULL,
    CONSTRAINT directory_slug_key UNIQUE (slug)
);
CREATE INDEX directory_listed_idx ON directory (sort_key, tenant_id) WHERE status = 'approved';
CREATE INDEX directory_status_idx ON directory (status, created_at, tenant_id);
CREATE INDEX directory_search_idx ON directory USING gin (search gin_trgm_ops);

-- The way from a booking's code to its business.
CREATE TABLE booking_codes (
    code       text PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    booking_id uuid NOT NULL
);

-- Stored answers of requests that belong to no business.
CREATE TABLE account_idempotency_keys (
    actor      text NOT NULL,
    route      text NOT NULL,
    key_hash   bytea NOT NULL,
    body_hash  bytea NOT NULL,
    status     integer NOT NULL,
    answer     bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor, route, key_hash)
);
CREATE INDEX account_idempotency_created_idx ON account_idempotency_keys (created_at);

-- What operators decide, outside any one business.
CREATE TABLE platform_audit (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor_id   uuid,
    action     text NOT NULL,
    subject    text NOT NULL,
    reason     text NOT NULL DEFAULT '',
    detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX platform_audit_at_idx ON platform_audit (at, id);

-- How far the life of each shop of the demo was told; empty without the demo.
CREATE TABLE demo_state (
    slug        text PRIMARY KEY,
    lived_until timestamptz NOT NULL, -- what happens until then has happened
    seeded_at   timestamptz           -- when the first telling was complete
);
