-- +goose Up
-- Second factors, invitations, API keys, flags, and all that a business knows of its customers.

ALTER TABLE users ADD COLUMN pending_email text CHECK (pending_email = lower(pending_email) AND length(pending_email) <= 254);
ALTER TABLE users ADD COLUMN disabled_reason text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN search_key text NOT NULL DEFAULT ''; -- folded names and address, written by the program
CREATE INDEX users_created_idx ON users (created_at, id);
CREATE INDEX users_search_idx ON users USING gin (search_key gin_trgm_ops);
CREATE INDEX users_disabled_idx ON users (created_at, id) WHERE disabled_at IS NOT NULL;
CREATE INDEX users_unverified_idx ON users (created_at, id) WHERE disabled_at IS NULL AND email_verified_at IS NULL;

-- When a second factor was last shown in this session; NULL for never.
ALTER TABLE sessions ADD COLUMN strong_at timestamptz;

-- Where a mail goes when that is not the account's present address.
ALTER TABLE account_messages ADD COLUMN address text NOT NULL DEFAULT '';

-- One TOTP secret an account, and one that waits for its first code, with which it takes the other's place.
CREATE TABLE totp_factors (
    user_id      uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret       bytea,                      -- sealed, bound to the account
    confirmed_at timestamptz,
    last_step    bigint NOT NULL DEFAULT 0,  -- of the last code that was taken: none is taken twice
    pending      bytea,                      -- sealed likewise; counts for nothing
    pending_at   timestamptz,
    CHECK ((secret IS NULL) = (confirmed_at IS NULL)),
    CHECK ((pending IS NULL) = (pending_at IS NULL))
);

CREATE TABLE passkeys (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id bytea NOT NULL CHECK (length(credential_id) BETWEEN 1 AND 1024),
    credential    jsonb NOT NULL,            -- public key, counter and flags as the library keeps them
    name          text NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    CONSTRAINT passkeys_credential_key UNIQUE (credential_id)
);
CREATE INDEX passkeys_user_idx ON passkeys (user_id, created_at, id);

CREATE TABLE recovery_codes (
    user_id   uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    used_at   timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

-- A sign-in or a registration of a passkey that is half done. Used once, guessed at a few times.
CREATE TABLE challenges (
    id         uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    user_id    uuid REFERENCES users (id) ON DELETE CASCADE, -- NULL: whoever shows a passkey
    purpose    text NOT NULL CHECK (purpose IN ('sign_in', 'passkey_sign_in', 'passkey_register')),
    data       bytea NOT NULL DEFAULT '',   -- sealed
    attempts   integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT challenges_token_key UNIQUE (token_hash)
);
CREATE INDEX challenges_expires_idx ON challenges (expires_at);
CREATE INDEX challenges_user_idx ON challenges (user_id);

-- Limits that must hold over all processes: guesses at passwords and codes. Lost in a crash of the server and nowhere else.
CREATE UNLOGGED TABLE rate_limits (
    key      bytea PRIMARY KEY,
    due      timestamptz NOT NULL   -- GCRA's theoretical arrival time
);
CREATE INDEX rate_limits_due_idx ON rate_limits (due);

-- At which accounts a network failed to sign in, to find those that try passwords of many. Both keys are tags.
CREATE UNLOGGED TABLE sign_in_failures (
    network bytea NOT NULL,
    account bytea NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (network, account)
);
CREATE INDEX sign_in_failures_at_idx ON sign_in_failures (at);

-- Who is asked to work for a business. The link in the mail is derived, not stored.
CREATE TABLE invitations (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    email       text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
    role        text NOT NULL CHECK (role IN ('owner', 'manager', 'staff', 'assistant')),
    resource_id uuid,
    locale      text NOT NULL CHECK (locale IN ('ja', 'en')),
    status      text NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    generation  integer NOT NULL DEFAULT 1,  -- of the link: sending it again makes a new one
    invited_by  uuid NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    settled_at  timestamptz,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id)
);
CREATE UNIQUE INDEX invitations_pending_key ON invitations (business_id, email) WHERE status = 'pending';

-- Who they are among the staff of that business, looked up with the role.
ALTER TABLE user_businesses ADD COLUMN resource_id uuid;

ALTER TABLE members ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX members_resource_key ON members (business_id, resource_id) WHERE resource_id IS NOT NULL;

-- Keys with which programs act for a business. Looked up before a tenant is known.
CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    name         text NOT NULL,
    hint         text NOT NULL,        -- the first characters, to tell keys apart
    key_hash     bytea NOT NULL,
    scopes       text[] NOT NULL,
    created_by   uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_keys_hash_key UNIQUE (key_hash)
);
CREATE INDEX api_keys_tenant_idx ON api_keys (tenant_id, id);

-- For operators, who see businesses of every status.
CREATE INDEX directory_created_idx ON directory (created_at, tenant_id);

-- How far each flag of the program is on. What flags there are, the program knows.
CREATE TABLE feature_flags (
    name       text PRIMARY KEY,
    killed     boolean NOT NULL DEFAULT false,          -- off for all, whatever else is set
    percent    integer NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
    tenants    uuid[] NOT NULL DEFAULT '{}',            -- on for these
    version    bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);

-- Trails are read by time, newest first. Actions are compared bytewise: a name ending in ".*" is a range.
CREATE INDEX platform_audit_action_idx ON platform_audit (action COLLATE "C", at, id);
CREATE INDEX platform_audit_subject_idx ON platform_audit (subject, at, id);
CREATE INDEX platform_audit_actor_idx ON platform_audit (actor_id, at, id);
CREATE INDEX audit_entries_action_idx ON audit_entries (business_id, action COLLATE "C", at, seq);
CREATE INDEX audit_entries_subject_idx ON audit_entries (business_id, subject, at, seq);
CREATE INDEX audit_entries_actor_idx ON audit_entries (business_id, actor_id, at, seq);

-- What a business knows of a customer beyond name and address.
ALTER TABLE customers ADD COLUMN birth_date bytea;                  -- sealed, bound to the row
ALTER TABLE customers ADD COLUMN merged_into uuid;                  -- then all else is empty but the identity key
ALTER TABLE customers ADD COLUMN erased_at timestamptz;
ALTER TABLE customers ADD CONSTRAINT customers_merged_fkey FOREIGN KEY (business_id, merged_into) REFERENCES customers (business_id, id);
CREATE INDEX customers_merged_idx ON customers (business_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX booking_segments_staff_idx ON booking_segments (business_id, staff_id, booking_id) WHERE staff_id IS NOT NULL;

-- Of which booking or customer a stored answer tells: with their data it goes, too.
ALTER TABLE idempotency_keys ADD COLUMN subject uuid;
CREATE INDEX idempotency_keys_subject_idx ON idempotency_keys (business_id, subject) WHERE subject IS NOT NULL;

-- One row for each word of a name, folded, so that any of them is found by its beginning; and for what is found as a
-- whole: '@' and an address, a number in E.164, '#' and its last four digits, '=' and a whole name.
CREATE TABLE customer_words (
    business_id uuid NOT NULL,
    word        text COLLATE "C" NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (business_id, word, customer_id),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_words_customer_idx ON customer_words (business_id, customer_id);

CREATE TABLE customer_tags (
    business_id uuid NOT NULL,
    tag         text COLLATE "C" NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (business_id, tag, customer_id),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_tags_customer_idx ON customer_tags (business_id, customer_id);

-- Notes are sealed with the key of the business, bound to their row.
CREATE TABLE customer_notes (
    business_id uuid NOT NULL,
    id          uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('general', 'allergy', 'health')),
    body        bytea NOT NULL,
    author_kind text NOT NULL,
    author_id   uuid,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_notes_customer_idx ON customer_notes (business_id, customer_id, id);

-- What a customer agreed to or took back: only ever added to.
CREATE TABLE customer_consents (
    business_id uuid NOT NULL,
    id          uuid NOT NULL,
    customer_id uuid NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('terms', 'marketing_email', 'health_data')),
    granted     boolean NOT NULL,
    version     text NOT NULL,    -- of the text that was shown
    source      text NOT NULL CHECK (source IN ('booking', 'console', 'manage_link')),
    booking_id  uuid,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_consents_customer_idx ON customer_consents (business_id, customer_id, at, id);

-- A program that acts with a key of the business is an actor of its own.
ALTER TABLE booking_history DROP CONSTRAINT booking_history_actor_kind_check;
ALTER TABLE booking_history ADD CONSTRAINT booking_history_actor_kind_check
    CHECK (actor_kind IN ('customer', 'member', 'system', 'operator', 'api_key'));

-- What somebody wrote to a change of a booking. A history only grows; what people write may name them, and must be able to go.
CREATE TABLE booking_reasons (
    business_id uuid NOT NULL,
    booking_id  uuid NOT NULL,
    version     bigint NOT NULL,
    reason      text NOT NULL,
    PRIMARY KEY (business_id, booking_id, version),
    FOREIGN KEY (business_id, booking_id, version) REFERENCES booking_history (business_id, booking_id, version) ON DELETE CASCADE
);
ALTER TABLE booking_history NO FORCE ROW LEVEL SECURITY; -- within this transaction, for the owner to read all of it
INSERT INTO booking_reasons (business_id, booking_id, version, reason)
    SELECT business_id, booking_id, version, reason FROM booking_history WHERE reason <> '';
ALTER TABLE booking_history FORCE ROW LEVEL SECURITY;
ALTER TABLE booking_history DROP COLUMN reason;

-- Walls around the tables that are new here, as around those before.
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'business_id' AND NOT c.relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY tenant ON %I TO omotenashi_app, omotenashi_owner
            USING (business_id = (select nullif(current_setting('app.business_id', true), '')::uuid))
            WITH CHECK (business_id = (select nullif(current_setting('app.business_id', true), '')::uuid))$p$, t);
        EXECUTE format('CREATE POLICY platform ON %I TO omotenashi_platform USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- rate_take counts one try under a key that may be tried p_burst times at once and once every p_each after that. It
-- returns how long to wait: zero when the try is allowed, which alone counts.
CREATE FUNCTION rate_take(p_key bytea, p_now timestamptz, p_each interval, p_burst integer) RETURNS interval
LANGUAGE plpgsql AS $$
DECLARE d timestamptz;
BEGIN
    INSERT INTO rate_limits AS r (key, due) VALUES (p_key, p_now + p_each)
    ON CONFLICT (key) DO UPDATE SET due = greatest(r.due, p_now) + p_each
        WHERE greatest(r.due, p_now) - p_now <= p_each * (p_burst - 1);
    IF FOUND THEN
        RETURN interval '0';
    END IF;
    SELECT due INTO d FROM rate_limits WHERE key = p_key;
    RETURN greatest(d - p_now - p_each * (p_burst - 1), interval '1 millisecond');
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- rate_take_all takes one limit after the other, skipping keys that are NULL, and stops at the first that refuses:
-- refused is its place, from 1, and 0 when all allowed.
CREATE FUNCTION rate_take_all(p_now timestamptz, p_keys bytea[], p_each interval[], p_burst integer[], OUT refused integer, OUT wait interval)
LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(p_keys) LOOP
        CONTINUE WHEN p_keys[i] IS NULL;
        wait := rate_take(p_keys[i], p_now, p_each[i], p_burst[i]);
        IF wait > interval '0' THEN
            refused := i;
            RETURN;
        END IF;
    END LOOP;
    refused := 0;
    wait := interval '0';
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- sign_in_failed notes that a network failed to sign in to an account. When it failed for more than p_most accounts
-- within p_span, the key p_flag stands for as long again; true when it did not before.
CREATE FUNCTION sign_in_failed(p_network bytea, p_account bytea, p_now timestamptz, p_span interval, p_most integer, p_flag bytea) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sign_in_failures AS f (network, account, at) VALUES (p_network, p_account, p_now)
    ON CONFLICT (network, account) DO UPDATE SET at = greatest(f.at, excluded.at);
    IF (SELECT count(*) FROM (SELECT FROM sign_in_failures WHERE network = p_network AND at > p_now - p_span LIMIT p_most + 1) s) <= p_most THEN
        RETURN false;
    END IF;
    INSERT INTO rate_limits AS r (key, due) VALUES (p_flag, p_now + p_span)
    ON CONFLICT (key) DO UPDATE SET due = excluded.due WHERE r.due <= p_now;
    IF FOUND THEN
        RETURN true;
    END IF;
    UPDATE rate_limits SET due = p_now + p_span WHERE key = p_flag AND due < p_now + p_span;
    RETURN false;
END $$;
-- +goose StatementEnd

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO omotenashi_app, omotenashi_platform;
REVOKE UPDATE, DELETE ON audit_entries, booking_history, platform_audit FROM omotenashi_app, omotenashi_platform;
REVOKE UPDATE ON customer_consents FROM omotenashi_app, omotenashi_platform;
GRANT UPDATE (customer_id) ON customer_consents TO omotenashi_app; -- two records of one person become one
