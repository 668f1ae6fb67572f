-- +goose Up
-- Everything that belongs to one business. Every key begins with business_id.

CREATE TABLE businesses (
    business_id            uuid PRIMARY KEY,
    slug                   text NOT NULL,
    name                   jsonb NOT NULL,
    description            jsonb NOT NULL DEFAULT '{}',
    vertical               text NOT NULL CHECK (vertical IN ('hair_salon', 'nail_eyelash', 'spa_massage', 'clinic',
                               'restaurant', 'fitness', 'lodging', 'lesson')),
    status                 text NOT NULL CHECK (status IN ('draft', 'pending_review', 'approved', 'suspended', 'rejected')),
    status_reason          text NOT NULL DEFAULT '',
    timezone               text NOT NULL,
    currency               text NOT NULL CHECK (currency = 'JPY'),
    locale                 text NOT NULL CHECK (locale IN ('ja', 'en')),
    postal_code            text NOT NULL DEFAULT '',
    prefecture             text NOT NULL DEFAULT '',
    city                   text NOT NULL DEFAULT '',
    address_line           text NOT NULL DEFAULT '',
    phone                  text NOT NULL DEFAULT '',
    email                  text NOT NULL DEFAULT '',
    grid_minutes           integer NOT NULL CHECK (grid_minutes IN (5, 10, 15, 20, 30, 60)),
    booking_mode           text NOT NULL CHECK (booking_mode IN ('instant', 'approval')),
    approval_hours         integer NOT NULL CHECK (approval_hours BETWEEN 1 AND 168),
    min_notice_minutes     integer NOT NULL CHECK (min_notice_minutes BETWEEN 0 AND 43200),
    booking_window_days    integer NOT NULL CHECK (booking_window_days BETWEEN 1 AND 366),
    change_notice_minutes  integer NOT NULL CHECK (change_notice_minutes BETWEEN 0 AND 43200),
    cancel_notice_minutes  integer NOT NULL CHECK (cancel_notice_minutes BETWEEN 0 AND 43200),
    hold_minutes           integer NOT NULL CHECK (hold_minutes BETWEEN 1 AND 60),
    max_items              integer NOT NULL CHECK (max_items BETWEEN 1 AND 10),
    cancellation_policy    jsonb NOT NULL DEFAULT '{"steps": []}',
    terms_version          text NOT NULL,
    terms                  jsonb NOT NULL DEFAULT '{}',
    version                bigint NOT NULL DEFAULT 1,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL
);

-- The order of a business's writes: bumped by the last statement of each.
CREATE TABLE business_seq (
    business_id uuid PRIMARY KEY REFERENCES businesses,
    seq         bigint NOT NULL DEFAULT 0,
    audit_head  bytea NOT NULL DEFAULT ''
);

-- The version of everything that decides availability but the bookings.
CREATE TABLE schedule_versions (
    business_id uuid PRIMARY KEY REFERENCES businesses,
    version     bigint NOT NULL DEFAULT 1
);

CREATE TABLE members (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    user_id     uuid NOT NULL, -- of users; user_businesses, written with each row, holds the key
    role        text NOT NULL CHECK (role IN ('owner', 'manager', 'staff', 'assistant')),
    resource_id uuid,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    CONSTRAINT members_user_key UNIQUE (business_id, user_id)
);
CREATE INDEX members_user_idx ON members (user_id);

CREATE TABLE opening_hours (
    business_id  uuid NOT NULL REFERENCES businesses,
    weekday      integer NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1795 AND start_minute % 5 = 0),
    end_minute   integer NOT NULL CHECK (end_minute > start_minute AND end_minute <= 1800 AND end_minute % 5 = 0),
    PRIMARY KEY (business_id, weekday, start_minute)
);

CREATE TABLE special_days (
    business_id uuid NOT NULL REFERENCES businesses,
    date        date NOT NULL,
    ranges      jsonb NOT NULL,
    note        jsonb NOT NULL DEFAULT '{}',
    version     bigint NOT NULL,  -- that of the schedule which brought it
    PRIMARY KEY (business_id, date)
);

CREATE TABLE resources (
    business_id    uuid NOT NULL REFERENCES businesses,
    id             uuid NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('staff', 'room', 'seat', 'equipment')),
    name           jsonb NOT NULL,
    capacity       integer NOT NULL CHECK (capacity BETWEEN 1 AND 200),
    min_party      integer NOT NULL CHECK (min_party >= 1),
    max_party      integer NOT NULL CHECK (max_party >= min_party AND max_party <= 500),
    nominatable    boolean NOT NULL,
    nomination_fee bigint NOT NULL CHECK (nomination_fee BETWEEN 0 AND 1000000),
    position       integer NOT NULL,
    active         boolean NOT NULL,
    version        bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX resources_order_idx ON resources (business_id, position, id);
ALTER TABLE members ADD CONSTRAINT members_resource_fkey
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id);

CREATE TABLE resource_shifts (
    business_id  uuid NOT NULL,
    resource_id  uuid NOT NULL,
    weekday      integer NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1795 AND start_minute % 5 = 0),
    end_minute   integer NOT NULL CHECK (end_minute > start_minute AND end_minute <= 1800 AND end_minute % 5 = 0),
    PRIMARY KEY (business_id, resource_id, weekday, start_minute),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
);

CREATE TABLE resource_exceptions (
    business_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    date        date NOT NULL,
    ranges      jsonb NOT NULL,
    note        text NOT NULL DEFAULT '',
    version     bigint NOT NULL,  -- that of the schedule which brought it
    PRIMARY KEY (business_id, resource_id, date),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
);
CREATE INDEX resource_exceptions_date_idx ON resource_exceptions (business_id, date);

CREATE TABLE services (
    business_id      uuid NOT NULL REFERENCES businesses,
    id               uuid NOT NULL,
    name             jsonb NOT NULL,
    description      jsonb NOT NULL DEFAULT '{}',
    duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440 AND duration_minutes % 5 = 0),
    price            bigint NOT NULL CHECK (price BETWEEN 0 AND 100000000),
    tax_percent      integer NOT NULL CHECK (tax_percent IN (8, 10)),
    per_person       boolean NOT NULL DEFAULT false,
    min_party        integer NOT NULL CHECK (min_party >= 1),
    max_party        integer NOT NULL CHECK (max_party >= min_party AND max_party <= 500),
    nomination       text NOT NULL CHECK (nomination IN ('none', 'optional', 'required')),
    position         integer NOT NULL,
    active           boolean NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX services_order_idx ON services (business_id, position, id);

CREATE TABLE service_options (
    business_id      uuid NOT NULL REFERENCES businesses,
    id               uuid NOT NULL,
    name             jsonb NOT NULL,
    duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 0 AND 480 AND duration_minutes % 5 = 0),
    price            bigint NOT NULL CHECK (price BETWEEN 0 AND 100000000),
    position         integer NOT NULL,
    active           boolean NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX service_options_order_idx ON service_options (business_id, position, id);

CREATE TABLE service_option_links (
    business_id uuid NOT NULL,
    service_id  uuid NOT NULL,
    option_id   uuid NOT NULL,
    PRIMARY KEY (business_id, service_id, option_id),
    FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, option_id) REFERENCES service_options (business_id, id) ON DELETE CASCADE
);
CREATE INDEX service_option_links_option_idx ON service_option_links (business_id, option_id);

-- "One of these resources": no listed resource means any active one of the kind.
CREATE TABLE requirements (
    business_id        uuid NOT NULL,
    id                 uuid NOT NULL,
    service_id         uuid NOT NULL,
    position           integer NOT NULL,
    kind               text NOT NULL CHECK (kind IN ('staff', 'room', 'seat', 'equipment')),
    units              integer NOT NULL CHECK (units BETWEEN 1 AND 200),
    per_person         boolean NOT NULL,
    before_minutes     integer NOT NULL CHECK (before_minutes BETWEEN 0 AND 240 AND before_minutes % 5 = 0),
    after_minutes      integer NOT NULL CHECK (after_minutes BETWEEN 0 AND 240 AND after_minutes % 5 = 0),
    gap_start_minute   integer CHECK (gap_start_minute > 0 AND gap_start_minute % 5 = 0),
    gap_end_minute     integer CHECK (gap_end_minute > gap_start_minute AND gap_end_minute % 5 = 0),
    resource_ids       uuid[] NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
    CHECK ((gap_start_minute IS NULL) = (gap_end_minute IS NULL))
);
CREATE INDEX requirements_service_idx ON requirements (business_id, service_id, position);

CREATE TABLE customers (
    business_id      uuid NOT NULL REFERENCES businesses,
    id               uuid NOT NULL,
    family_name      text NOT NULL,
    given_name       text NOT NULL,
    family_name_kana text NOT NULL DEFAULT '',
    given_name_kana  text NOT NULL DEFAULT '',
    phone            text NOT NULL DEFAULT '',  -- E.164
    phone_last4      text NOT NULL DEFAULT '',
    email            text NOT NULL DEFAULT '',
    locale           text NOT NULL CHECK (locale IN ('ja', 'en')),
    identity_key     text,             -- folded name and phone; NULL without a phone
    search_key       text NOT NULL,    -- folded names
    sort_key         bytea NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    CONSTRAINT customers_identity_key UNIQUE (business_id, identity_key)
);
CREATE INDEX customers_sort_idx ON customers (business_id, sort_key, id);
CREATE INDEX customers_last4_idx ON customers (business_id, phone_last4, id);

CREATE TABLE bookings (
    business_id     uuid NOT NULL REFERENCES businesses,
    id              uuid NOT NULL,
    code            text NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in',
                        'completed', 'no_show', 'cancelled', 'declined', 'expired')),
    source          text NOT NULL CHECK (source IN ('public', 'console', 'walk_in', 'import')),
    customer_id     uuid,
    guest           jsonb NOT NULL,   -- names and addresses as given for this booking; mails go there
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL CHECK (ends_at > starts_at),
    business_date   date NOT NULL,
    party_size      integer NOT NULL CHECK (party_size BETWEEN 1 AND 500),
    expires_at      timestamptz,      -- of pending states
    total           bigint NOT NULL,
    currency        text NOT NULL,
    price_lines     jsonb NOT NULL,
    policy          jsonb NOT NULL,
    consent         jsonb NOT NULL DEFAULT '{}',
    note            text NOT NULL DEFAULT '',
    locale          text NOT NULL CHECK (locale IN ('ja', 'en')),
    link_generation integer NOT NULL DEFAULT 1,
    overridden      boolean NOT NULL DEFAULT false,
    override_reason text NOT NULL DEFAULT '',
    outside_rules   boolean NOT NULL DEFAULT false,
    cancel_fee      bigint,
    version         bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    CONSTRAINT bookings_code_key UNIQUE (business_id, code),
    FOREIGN KEY (business_id, customer_id) REFERENCES customers (business_id, id)
);
CREATE INDEX bookings_day_idx ON bookings (business_id, business_date, starts_at, id);
CREATE INDEX bookings_starts_idx ON bookings (business_id, starts_at, id);
CREATE INDEX bookings_customer_idx ON bookings (business_id, customer_id, starts_at);

CREATE TABLE booking_segments (
    business_id      uuid NOT NULL,
    booking_id       uuid NOT NULL,
    position         integer NOT NULL,
    service_id       uuid NOT NULL,
    service_name     jsonb NOT NULL,
    options          jsonb NOT NULL,
    duration_minutes integer NOT NULL,
    starts_at        timestamptz NOT NULL,
    ends_at          timestamptz NOT NULL,
    staff_id         uuid,
    nominated        boolean NOT NULL,
    picks            jsonb NOT NULL,  -- who and what serves it, kept when allocations go
    PRIMARY KEY (business_id, booking_id, position),
    FOREIGN KEY (business_id, booking_id) REFERENCES bookings (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id)
);

CREATE TABLE booking_history (
    business_id uuid NOT NULL,
    booking_id  uuid NOT NULL,
    version     bigint NOT NULL,
    at          timestamptz NOT NULL,
    actor_kind  text NOT NULL CHECK (actor_kind IN ('customer', 'member', 'system', 'operator')),
    actor_id    uuid,
    action      text NOT NULL,
    from_status text NOT NULL DEFAULT '',
    to_status   text NOT NULL,
    reason      text NOT NULL DEFAULT '',
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (business_id, booking_id, version),
    FOREIGN KEY (business_id, booking_id) REFERENCES bookings (business_id, id) ON DELETE CASCADE
);

CREATE TABLE holds (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    status      text NOT NULL CHECK (status IN ('active', 'used', 'released', 'expired')),
    request     jsonb NOT NULL,    -- what it holds: start, items, party
    picks       jsonb NOT NULL,
    expires_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX holds_created_idx ON holds (business_id, created_at);

-- What occupies now and later, and nothing else. The exclusion constraint is
-- the wall: no unit of a resource is ever taken twice at one time.
CREATE TABLE allocations (
    business_id uuid NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    resource_id uuid NOT NULL,
    unit        integer NOT NULL CHECK (unit >= 1),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    during      tstzrange GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)')) STORED,
    booking_id  uuid,
    hold_id     uuid,
    segment     integer NOT NULL,
    expires_at  timestamptz,
    PRIMARY KEY (business_id, id),
    CHECK ((booking_id IS NULL) <> (hold_id IS NULL)),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id),
    FOREIGN KEY (business_id, booking_id) REFERENCES bookings (business_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (business_id, hold_id) REFERENCES holds (business_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT allocations_no_overlap EXCLUDE USING gist
        (business_id WITH =, resource_id WITH =, unit WITH =, during WITH &&)
);
CREATE INDEX allocations_starts_idx ON allocations (business_id, starts_at) INCLUDE (resource_id, unit, ends_at, expires_at, booking_id);
CREATE INDEX allocations_booking_idx ON allocations (business_id, booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX allocations_hold_idx ON allocations (business_id, hold_id) WHERE hold_id IS NOT NULL;

CREATE TABLE messages (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    booking_id  uuid,
    event       text NOT NULL,
    channel     text NOT NULL CHECK (channel IN ('email')),
    status      text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'failed', 'skipped')),
    attempts    integer NOT NULL DEFAULT 0,
    unsure      integer NOT NULL DEFAULT 0, -- attempts after which it may have been sent
    last_error  text NOT NULL DEFAULT '',
    detail      jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL,
    sent_at     timestamptz,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, booking_id) REFERENCES bookings (business_id, id) ON DELETE CASCADE
);
CREATE INDEX messages_booking_idx ON messages (business_id, booking_id, created_at);

CREATE TABLE idempotency_keys (
    business_id uuid NOT NULL REFERENCES businesses,
    actor       text NOT NULL,
    route       text NOT NULL,
    key_hash    bytea NOT NULL,
    body_hash   bytea NOT NULL,
    status      integer NOT NULL,
    answer      bytea NOT NULL,   -- sealed
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, actor, route, key_hash)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (business_id, created_at);

CREATE TABLE audit_entries (
    business_id uuid NOT NULL REFERENCES businesses,
    seq         bigint NOT NULL,
    at          timestamptz NOT NULL,
    actor_kind  text NOT NULL,
    actor_id    uuid,
    request_id  text NOT NULL DEFAULT '',
    action      text NOT NULL,
    subject     text NOT NULL,
    detail      jsonb NOT NULL DEFAULT '{}',
    hash        bytea NOT NULL,
    PRIMARY KEY (business_id, seq)
);
CREATE INDEX audit_entries_at_idx ON audit_entries (business_id, at, seq);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT c.table_name FROM information_schema.columns c
             JOIN information_schema.tables b USING (table_schema, table_name)
             WHERE c.table_schema = 'public' AND c.column_name = 'business_id' AND b.table_type = 'BASE TABLE'
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
