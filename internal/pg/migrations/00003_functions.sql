-- +goose Up
-- What must happen inside one round trip with others. Each function raises a
-- state of our own class OC, which the program knows by its code.

-- Locks of a transaction are taken in this order everywhere: idempotency key,
-- schedule (shared or exclusive), whom and what limits count (see 00005), resources by ascending key, the row of the
-- booking or hold at hand, the customer's row (of two that become one: by
-- ascending id, and then those that had been merged before), the rows of holds
-- and then of bookings that have expired or that change hands by ascending id,
-- business_seq.

-- +goose StatementBegin
CREATE FUNCTION lock_key(p_space integer, p_id text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT hashtextextended(p_id, p_space) $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- schedule_guard keeps the schedule from changing until the end of the
-- transaction; OC003 when it is no longer the version that the caller planned with.
CREATE FUNCTION schedule_guard(p_business uuid, p_version bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock_key(2, p_business::text));
    PERFORM 1 FROM schedule_versions WHERE business_id = p_business AND version = p_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'schedule changed' USING ERRCODE = 'OC003';
    END IF;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- schedule_change locks out bookings until the end of the transaction and makes a new version.
CREATE FUNCTION schedule_change(p_business uuid) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE v bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(lock_key(2, p_business::text));
    UPDATE schedule_versions SET version = version + 1 WHERE business_id = p_business RETURNING version INTO v;
    RETURN v;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- lock_resources takes the locks of resources in one canonical order.
CREATE FUNCTION lock_resources(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE k bigint;
BEGIN
    FOR k IN SELECT DISTINCT lock_key(3, r::text) AS key FROM unnest(p_ids) AS r ORDER BY key LOOP
        PERFORM pg_advisory_xact_lock(k);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- take_allocations takes all of the spans or raises OC001. The arrays run in
-- parallel; the caller holds the locks of the resources.
CREATE FUNCTION take_allocations(p_business uuid, p_booking uuid, p_hold uuid, p_expires timestamptz,
    p_resources uuid[], p_units integer[], p_starts timestamptz[], p_ends timestamptz[], p_segments integer[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    INSERT INTO allocations (business_id, booking_id, hold_id, expires_at, resource_id, unit, starts_at, ends_at, segment)
    SELECT p_business, p_booking, p_hold, p_expires, x.r, x.u, x.s, x.e, x.g
    FROM unnest(p_resources, p_units, p_starts, p_ends, p_segments) WITH ORDINALITY AS x (r, u, s, e, g, ord)
    ORDER BY x.r, x.u, x.s
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n <> coalesce(array_length(p_resources, 1), 0) THEN
        RAISE EXCEPTION 'slot taken' USING ERRCODE = 'OC001';
    END IF;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- audit_append bumps the business's sequence and adds the entry to its hash
-- chain: the last statement of every writing transaction. It returns the sequence.
CREATE FUNCTION audit_append(p_business uuid, p_at timestamptz, p_actor_kind text, p_actor uuid, p_request text,
    p_action text, p_subject text, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE s bigint; h bytea;
BEGIN
    SELECT seq + 1, audit_head INTO s, h FROM business_seq WHERE business_id = p_business FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no business' USING ERRCODE = 'OC004';
    END IF;
    h := audit_hash(h, s, p_at, p_actor_kind, p_actor, p_request, p_action, p_subject, p_detail);
    INSERT INTO audit_entries (business_id, seq, at, actor_kind, actor_id, request_id, action, subject, detail, hash)
    VALUES (p_business, s, p_at, p_actor_kind, p_actor, p_request, p_action, p_subject, p_detail, h);
    UPDATE business_seq SET seq = s, audit_head = h WHERE business_id = p_business;
    RETURN s;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION audit_hash(p_previous bytea, p_seq bigint, p_at timestamptz, p_actor_kind text, p_actor uuid, p_request text,
    p_action text, p_subject text, p_detail jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(p_previous || convert_to(jsonb_build_array(p_seq, extract(epoch FROM p_at AT TIME ZONE 'UTC'), p_actor_kind,
        p_actor, p_request, p_action, p_subject, p_detail)::text, 'UTF8'))
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- idempotency_claim takes the key for this transaction: OC005 while another
-- holds it, OC006 when its outcome is stored already (and no older than p_oldest).
CREATE FUNCTION idempotency_claim(p_business uuid, p_actor text, p_route text, p_key bytea, p_oldest timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(lock_key(1, coalesce(p_business::text, '') || p_actor || p_route || encode(p_key, 'hex'))) THEN
        RAISE EXCEPTION 'in flight' USING ERRCODE = 'OC005';
    END IF;
    IF p_business IS NULL THEN
        DELETE FROM account_idempotency_keys WHERE actor = p_actor AND route = p_route AND key_hash = p_key AND created_at < p_oldest;
        PERFORM 1 FROM account_idempotency_keys WHERE actor = p_actor AND route = p_route AND key_hash = p_key;
    ELSE
        DELETE FROM idempotency_keys WHERE business_id = p_business AND actor = p_actor AND route = p_route AND key_hash = p_key AND created_at < p_oldest;
        PERFORM 1 FROM idempotency_keys WHERE business_id = p_business AND actor = p_actor AND route = p_route AND key_hash = p_key;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'stored' USING ERRCODE = 'OC006';
    END IF;
END $$;
-- +goose StatementEnd

-- What the serving role may do. The audit tables and the history can only grow.
GRANT USAGE ON SCHEMA public TO omotenashi_app, omotenashi_platform;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO omotenashi_app, omotenashi_platform;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO omotenashi_app, omotenashi_platform;
REVOKE UPDATE, DELETE ON audit_entries, booking_history, platform_audit FROM omotenashi_app, omotenashi_platform;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO omotenashi_app, omotenashi_platform;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO omotenashi_app, omotenashi_platform;
