-- +goose Up
-- Opening hours, menus and shifts as shops live them, imports.

-- Calendar: how holidays and their eves open, and when the business closes by rule.
ALTER TABLE opening_hours DROP CONSTRAINT opening_hours_weekday_check;
ALTER TABLE opening_hours ADD CONSTRAINT opening_hours_weekday_check CHECK (weekday BETWEEN 0 AND 8); -- 7: holidays, 8: their eves
ALTER TABLE businesses ADD COLUMN holiday_hours text NOT NULL DEFAULT 'weekday' CHECK (holiday_hours IN ('weekday', 'own'));
ALTER TABLE businesses ADD COLUMN eve_hours text NOT NULL DEFAULT 'weekday' CHECK (eve_hours IN ('weekday', 'own'));

CREATE TABLE closing_rules (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    weekday     integer NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    nths        integer[] NOT NULL,  -- 1 to 5; none: every week
    on_holiday  text NOT NULL CHECK (on_holiday IN ('close', 'open', 'next_day')),
    from_date   date,
    to_date     date CHECK (to_date >= from_date),
    note        jsonb NOT NULL DEFAULT '{}',
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);

-- What an operator knows better than the law's rules: for the whole installation.
CREATE TABLE holiday_overrides (
    date       date PRIMARY KEY,
    holiday    boolean NOT NULL,          -- false: no holiday, whatever the law says
    name       jsonb NOT NULL DEFAULT '{}',
    reason     text NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);

-- How often they were changed. It is part of the version of every business's
-- schedule, so that whoever planned with the holidays of before plans again.
CREATE TABLE holiday_calendar (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    revision bigint NOT NULL DEFAULT 0
);
INSERT INTO holiday_calendar DEFAULT VALUES;
GRANT SELECT, UPDATE ON holiday_calendar TO omotenashi_app, omotenashi_platform;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION schedule_guard(p_business uuid, p_version bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock_key(2, p_business::text));
    PERFORM 1 FROM schedule_versions v, holiday_calendar h WHERE v.business_id = p_business AND v.version + h.revision = p_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'schedule changed' USING ERRCODE = 'OC003';
    END IF;
END $$;
-- +goose StatementEnd

-- Lunch and dinner: named parts of the business day.
CREATE TABLE service_periods (
    business_id  uuid NOT NULL REFERENCES businesses,
    id           uuid NOT NULL,
    name         jsonb NOT NULL,
    weekdays     integer[] NOT NULL,      -- none: every day
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1795 AND start_minute % 5 = 0),
    end_minute   integer NOT NULL CHECK (end_minute > start_minute AND end_minute <= 1800 AND end_minute % 5 = 0),
    turn_minutes integer CHECK (turn_minutes BETWEEN 15 AND 720 AND turn_minutes % 5 = 0),
    ends_stay    boolean NOT NULL DEFAULT false,
    position     integer NOT NULL,
    PRIMARY KEY (business_id, id)
);

-- How the business takes bookings.
ALTER TABLE businesses ADD COLUMN booking_cutoff jsonb;       -- {"days_before": 1, "minute": 1200}; NULL: by min_notice_minutes
ALTER TABLE businesses ADD COLUMN change_cutoff jsonb;
ALTER TABLE businesses ADD COLUMN cancel_cutoff jsonb;
ALTER TABLE businesses ADD COLUMN booking_opens jsonb;        -- {"months_before": 3, "day": 1, "minute": 0}; NULL: by booking_window_days
ALTER TABLE businesses ADD COLUMN max_open_per_customer integer CHECK (max_open_per_customer BETWEEN 1 AND 100);
ALTER TABLE businesses ADD COLUMN max_per_customer_day integer CHECK (max_per_customer_day BETWEEN 1 AND 100);
ALTER TABLE businesses ADD COLUMN max_per_day integer CHECK (max_per_day BETWEEN 1 AND 10000);
ALTER TABLE businesses ADD COLUMN pace jsonb;                 -- {"minutes": 15, "bookings": 3, "persons": 12}; NULL: none
ALTER TABLE businesses ADD COLUMN stopped boolean NOT NULL DEFAULT false; -- takes no customers in, until stopped_until where that is set
ALTER TABLE businesses ADD COLUMN stopped_until timestamptz;
ALTER TABLE businesses ADD COLUMN fairness text NOT NULL DEFAULT 'least_booked' CHECK (fairness IN ('least_booked', 'round_robin', 'priority'));
ALTER TABLE businesses ADD COLUMN turn_minutes jsonb NOT NULL DEFAULT '[]'; -- [{"max_party": 2, "minutes": 90}, ...]
ALTER TABLE resources ADD COLUMN stopped boolean NOT NULL DEFAULT false;
ALTER TABLE resources ADD COLUMN stopped_until timestamptz;
ALTER TABLE holds ADD COLUMN starts_at timestamptz;           -- NULL in holds made before
ALTER TABLE holds ADD COLUMN business_date date;
ALTER TABLE holds ADD COLUMN party_size integer NOT NULL DEFAULT 1;
CREATE INDEX holds_starts_idx ON holds (business_id, starts_at) WHERE status = 'active';
CREATE INDEX holds_day_idx ON holds (business_id, business_date) WHERE status = 'active';

-- +goose StatementBegin
-- booking_limits keeps the limits of a business for a customer who is about to
-- take a slot: OC007 when they have too many coming bookings, OC008 too many on
-- the business day, OC009 when the day is full, OC010 when so many arrive in the
-- interval of the clock already. A limit that is NULL is none. Its locks are held
-- to the end of the transaction, so that no two take the last place; they come
-- between those of the schedule and of the resources, in this order: who books,
-- as typed, then the customer that this is, the day, the interval. The booking
-- and the hold that the slot takes the place of do not count.
CREATE FUNCTION booking_limits(p_business uuid, p_now timestamptz, p_identity text, p_customer uuid, p_booking uuid, p_hold uuid,
    p_date date, p_party integer, p_open integer, p_customer_day integer, p_day integer,
    p_from timestamptz, p_to timestamptz, p_bookings integer, p_persons integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE c uuid := p_customer; n bigint; persons bigint;
BEGIN
    IF p_open IS NOT NULL OR p_customer_day IS NOT NULL THEN
        IF p_identity IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(lock_key(5, p_business::text || p_identity));
            SELECT coalesce(merged_into, id) INTO c FROM customers WHERE business_id = p_business AND identity_key = p_identity;
        END IF;
        IF c IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(lock_key(6, p_business::text || c::text));
            SELECT count(*) INTO n FROM bookings WHERE business_id = p_business AND customer_id = c AND starts_at > p_now
                AND status IN ('pending_payment', 'pending_approval', 'confirmed') AND (expires_at IS NULL OR expires_at > p_now)
                AND id IS DISTINCT FROM p_booking;
            IF n >= p_open THEN
                RAISE EXCEPTION 'customer has enough' USING ERRCODE = 'OC007';
            END IF;
            SELECT count(*) INTO n FROM bookings WHERE business_id = p_business AND customer_id = c AND business_date = p_date
                AND starts_at > (p_date - 2)::timestamptz AND starts_at < (p_date + 4)::timestamptz
                AND status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in', 'completed')
                AND (expires_at IS NULL OR expires_at > p_now) AND id IS DISTINCT FROM p_booking;
            IF n >= p_customer_day THEN
                RAISE EXCEPTION 'customer has enough on the day' USING ERRCODE = 'OC008';
            END IF;
        END IF;
    END IF;
    IF p_day IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(lock_key(7, p_business::text || p_date::text));
        SELECT (SELECT count(*) FROM bookings WHERE business_id = p_business AND business_date = p_date
                    AND status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in', 'completed')
                    AND (expires_at IS NULL OR expires_at > p_now) AND id IS DISTINCT FROM p_booking)
             + (SELECT count(*) FROM holds WHERE business_id = p_business AND business_date = p_date AND status = 'active'
                    AND expires_at > p_now AND id IS DISTINCT FROM p_hold) INTO n;
        IF n >= p_day THEN
            RAISE EXCEPTION 'day full' USING ERRCODE = 'OC009';
        END IF;
    END IF;
    IF p_bookings IS NOT NULL OR p_persons IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(lock_key(8, p_business::text || extract(epoch FROM p_from)::text));
        SELECT count(*), coalesce(sum(x.party_size), 0) INTO n, persons FROM (
            SELECT party_size FROM bookings WHERE business_id = p_business AND starts_at >= p_from AND starts_at < p_to
                AND status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in', 'completed')
                AND (expires_at IS NULL OR expires_at > p_now) AND id IS DISTINCT FROM p_booking
            UNION ALL
            SELECT party_size FROM holds WHERE business_id = p_business AND starts_at >= p_from AND starts_at < p_to AND status = 'active'
                AND expires_at > p_now AND id IS DISTINCT FROM p_hold) x;
        IF n >= p_bookings OR persons + p_party > p_persons THEN
            RAISE EXCEPTION 'interval full' USING ERRCODE = 'OC010';
        END IF;
    END IF;
END $$;
-- +goose StatementEnd

-- Bookings that a later change of hours, shifts, resources or menus left outside, to be worked off.
CREATE INDEX bookings_outside_idx ON bookings (business_id, business_date, starts_at, id)
    WHERE outside_rules AND status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in');

-- Menus.
CREATE TABLE service_categories (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    name        jsonb NOT NULL,
    position    integer NOT NULL,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX service_categories_order_idx ON service_categories (business_id, position, id);

CREATE TABLE staff_ranks (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    name        jsonb NOT NULL,
    position    integer NOT NULL,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX staff_ranks_order_idx ON staff_ranks (business_id, position, id);
ALTER TABLE resources ADD COLUMN rank_id uuid;
ALTER TABLE resources ADD CONSTRAINT resources_rank_fkey FOREIGN KEY (business_id, rank_id) REFERENCES staff_ranks (business_id, id);

ALTER TABLE services ADD COLUMN category_id uuid;
ALTER TABLE services ADD CONSTRAINT services_category_fkey FOREIGN KEY (business_id, category_id) REFERENCES service_categories (business_id, id);
ALTER TABLE services ADD COLUMN active_from date;
ALTER TABLE services ADD COLUMN active_to date;
ALTER TABLE services ADD CONSTRAINT services_active_check CHECK (active_to >= active_from);
ALTER TABLE services ADD COLUMN customers text NOT NULL DEFAULT 'all' CHECK (customers IN ('all', 'new', 'returning'));
ALTER TABLE services ADD COLUMN gender_note text NOT NULL DEFAULT 'any' CHECK (gender_note IN ('any', 'women', 'men'));
ALTER TABLE services ADD COLUMN min_age_note integer CHECK (min_age_note BETWEEN 0 AND 120);
ALTER TABLE services ADD COLUMN max_age_note integer CHECK (max_age_note BETWEEN 0 AND 120);
ALTER TABLE services ADD COLUMN turn boolean NOT NULL DEFAULT false; -- lasts as long as a table is kept, see turn_minutes

CREATE TABLE service_hours (
    business_id  uuid NOT NULL,
    service_id   uuid NOT NULL,
    weekday      integer NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1795 AND start_minute % 5 = 0),
    end_minute   integer NOT NULL CHECK (end_minute > start_minute AND end_minute <= 1800 AND end_minute % 5 = 0),
    PRIMARY KEY (business_id, service_id, weekday, start_minute),
    FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE
);

CREATE TABLE service_prices (
    business_id uuid NOT NULL,
    service_id  uuid NOT NULL,
    rank_id     uuid NOT NULL,
    price       bigint NOT NULL CHECK (price BETWEEN 0 AND 100000000),
    PRIMARY KEY (business_id, service_id, rank_id),
    FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, rank_id) REFERENCES staff_ranks (business_id, id) ON DELETE CASCADE
);
CREATE INDEX service_prices_rank_idx ON service_prices (business_id, rank_id);

CREATE TABLE service_sets (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    category_id uuid,
    name        jsonb NOT NULL,
    description jsonb NOT NULL DEFAULT '{}',
    service_ids uuid[] NOT NULL,   -- in order; checked by the program
    price       bigint NOT NULL CHECK (price BETWEEN 0 AND 100000000),
    active_from date,
    active_to   date CHECK (active_to >= active_from),
    position    integer NOT NULL,
    active      boolean NOT NULL,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, category_id) REFERENCES service_categories (business_id, id)
);
CREATE INDEX service_sets_order_idx ON service_sets (business_id, position, id);
ALTER TABLE bookings ADD COLUMN set_id uuid; -- the set that was booked; its price is in the lines

-- +goose StatementBegin
-- customer_rule keeps services for new or for returning customers for those: OC011
-- when they are for new ones and who books has a booking that was not cancelled,
-- OC012 when they are for returning ones and there is none. Its locks are held to
-- the end of the transaction, so that nobody is new twice; they are the first of
-- booking_limits and come before it.
CREATE FUNCTION customer_rule(p_business uuid, p_identity text, p_new boolean, p_returning boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE c uuid; known boolean := false;
BEGIN
    IF p_identity IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(lock_key(5, p_business::text || p_identity));
        SELECT coalesce(merged_into, id) INTO c FROM customers WHERE business_id = p_business AND identity_key = p_identity;
    END IF;
    IF c IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(lock_key(6, p_business::text || c::text));
        SELECT EXISTS (SELECT FROM bookings WHERE business_id = p_business AND customer_id = c
            AND status NOT IN ('cancelled', 'declined', 'expired')) INTO known;
    END IF;
    IF p_new AND known THEN
        RAISE EXCEPTION 'new customers only' USING ERRCODE = 'OC011';
    END IF;
    IF p_returning AND NOT known THEN
        RAISE EXCEPTION 'returning customers only' USING ERRCODE = 'OC012';
    END IF;
END $$;
-- +goose StatementEnd

-- Staff.
ALTER TABLE resources ADD COLUMN shift_weeks integer NOT NULL DEFAULT 1 CHECK (shift_weeks BETWEEN 1 AND 4);
ALTER TABLE resources ADD COLUMN shift_anchor date;           -- a day of the first week, where weeks take turns
ALTER TABLE resource_shifts ADD COLUMN week integer NOT NULL DEFAULT 0 CHECK (week BETWEEN 0 AND 3);
ALTER TABLE resource_shifts DROP CONSTRAINT resource_shifts_pkey;
ALTER TABLE resource_shifts ADD PRIMARY KEY (business_id, resource_id, week, weekday, start_minute);

CREATE TABLE resource_breaks (
    business_id  uuid NOT NULL,
    resource_id  uuid NOT NULL,
    weekday      integer NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1795 AND start_minute % 5 = 0),
    end_minute   integer NOT NULL CHECK (end_minute > start_minute AND end_minute <= 1800 AND end_minute % 5 = 0),
    PRIMARY KEY (business_id, resource_id, weekday, start_minute),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
);

CREATE TABLE leaves (
    business_id uuid NOT NULL,
    id          uuid NOT NULL,
    resource_id uuid NOT NULL,
    from_date   date NOT NULL,
    to_date     date NOT NULL CHECK (to_date >= from_date),
    kind        text NOT NULL CHECK (kind IN ('paid', 'sick', 'other')),
    note        text NOT NULL DEFAULT '',
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE
);
CREATE INDEX leaves_dates_idx ON leaves (business_id, from_date, to_date);
CREATE INDEX leaves_resource_idx ON leaves (business_id, resource_id, from_date);

-- Tables that are put together for a larger party.
CREATE TABLE resource_joins (
    business_id  uuid NOT NULL REFERENCES businesses,
    id           uuid NOT NULL,
    name         jsonb NOT NULL,
    resource_ids uuid[] NOT NULL,  -- of one kind, two to eight; checked by the program
    min_party    integer NOT NULL CHECK (min_party >= 1),
    max_party    integer NOT NULL CHECK (max_party >= min_party AND max_party <= 500),
    position     integer NOT NULL,
    active       boolean NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX resource_joins_order_idx ON resource_joins (business_id, position, id);

-- Imports: a file in parts, and what became of each of its lines.
CREATE TABLE imports (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('customers', 'services', 'staff', 'bookings')),
    status      text NOT NULL CHECK (status IN ('receiving', 'queued', 'running', 'checked', 'done', 'failed')),
    dry_run     boolean NOT NULL DEFAULT false,
    name        text NOT NULL DEFAULT '',
    charset     text NOT NULL DEFAULT '' CHECK (charset IN ('', 'utf-8', 'shift_jis')), -- none: found out
    layout      jsonb NOT NULL DEFAULT '{}',  -- how the file is to be read: its separator, its columns
    total       integer NOT NULL DEFAULT 0,
    next_line   integer NOT NULL DEFAULT 1,   -- where the work goes on
    created     integer NOT NULL DEFAULT 0,
    updated     integer NOT NULL DEFAULT 0,
    unchanged   integer NOT NULL DEFAULT 0,
    refused     integer NOT NULL DEFAULT 0,
    error       text NOT NULL DEFAULT '',
    actor_kind  text NOT NULL DEFAULT 'member',
    actor_id    uuid,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX imports_created_idx ON imports (business_id, created_at, id);

CREATE TABLE import_parts (
    business_id uuid NOT NULL,
    import_id   uuid NOT NULL,
    position    integer NOT NULL CHECK (position >= 1),
    size        integer NOT NULL DEFAULT 0,
    body        bytea NOT NULL,   -- sealed
    PRIMARY KEY (business_id, import_id, position),
    FOREIGN KEY (business_id, import_id) REFERENCES imports (business_id, id) ON DELETE CASCADE
);

CREATE TABLE import_lines (
    business_id uuid NOT NULL,
    import_id   uuid NOT NULL,
    line        integer NOT NULL CHECK (line >= 1),
    outcome     text NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused')),
    subject_id  uuid,
    errors      jsonb NOT NULL DEFAULT '[]',  -- field and code, nothing of what was written there
    picks       jsonb NOT NULL DEFAULT '[]',  -- what a booking of a dry run would take
    PRIMARY KEY (business_id, import_id, line),
    FOREIGN KEY (business_id, import_id) REFERENCES imports (business_id, id) ON DELETE CASCADE
);
CREATE INDEX import_lines_outcome_idx ON import_lines (business_id, import_id, outcome, line);

-- What a line stands for, so that the same line again does nothing twice.
CREATE TABLE import_keys (
    business_id uuid NOT NULL REFERENCES businesses,
    kind        text NOT NULL,
    key         bytea NOT NULL,   -- hash of the other system's id, or of the line
    subject_id  uuid NOT NULL,
    content     bytea NOT NULL,   -- hash of the line
    PRIMARY KEY (business_id, kind, key)
);

-- +goose StatementBegin
-- import_advance takes an import on from the line where the caller found it; OC007 when somebody else did already, or it is gone.
CREATE FUNCTION import_advance(p_business uuid, p_import uuid, p_from integer, p_to integer, p_now timestamptz,
    p_created integer, p_updated integer, p_unchanged integer, p_refused integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE imports SET next_line = p_to, created = created + p_created, updated = updated + p_updated,
        unchanged = unchanged + p_unchanged, refused = refused + p_refused, updated_at = p_now
    WHERE business_id = p_business AND id = p_import AND next_line = p_from AND status = 'running';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'import elsewhere' USING ERRCODE = 'OC007';
    END IF;
END $$;
-- +goose StatementEnd

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
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO omotenashi_app, omotenashi_platform', t);
    END LOOP;
END $$;
-- +goose StatementEnd
GRANT SELECT, INSERT, UPDATE, DELETE ON holiday_overrides TO omotenashi_app, omotenashi_platform;
