-- +goose Up
-- Two functions that every booking calls say the same with less work. A
-- function in SQL that the planner cannot dissolve is parsed and planned anew by
-- each transaction, which cost the audit chain more than writing its entry; and a
-- key that nobody has used yet needs no statement that would delete it. An index
-- that no statement reads goes: every sign-in with a second factor wrote it.

DROP INDEX challenges_user_idx;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION audit_append(p_business uuid, p_at timestamptz, p_actor_kind text, p_actor uuid, p_request text,
    p_action text, p_subject text, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE s bigint; h bytea;
BEGIN
    SELECT seq + 1, audit_head INTO s, h FROM business_seq WHERE business_id = p_business FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no business' USING ERRCODE = 'OC004';
    END IF;
    -- What audit_hash says, by which chains are verified.
    h := sha256(h || convert_to(jsonb_build_array(s, extract(epoch FROM p_at AT TIME ZONE 'UTC'), p_actor_kind,
        p_actor, p_request, p_action, p_subject, p_detail)::text, 'UTF8'));
    INSERT INTO audit_entries (business_id, seq, at, actor_kind, actor_id, request_id, action, subject, detail, hash)
    VALUES (p_business, s, p_at, p_actor_kind, p_actor, p_request, p_action, p_subject, p_detail, h);
    UPDATE business_seq SET seq = s, audit_head = h WHERE business_id = p_business;
    RETURN s;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION idempotency_claim(p_business uuid, p_actor text, p_route text, p_key bytea, p_oldest timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE made timestamptz;
BEGIN
    IF NOT pg_try_advisory_xact_lock(lock_key(1, coalesce(p_business::text, '') || p_actor || p_route || encode(p_key, 'hex'))) THEN
        RAISE EXCEPTION 'in flight' USING ERRCODE = 'OC005';
    END IF;
    IF p_business IS NULL THEN
        SELECT created_at INTO made FROM account_idempotency_keys WHERE actor = p_actor AND route = p_route AND key_hash = p_key;
    ELSE
        SELECT created_at INTO made FROM idempotency_keys WHERE business_id = p_business AND actor = p_actor AND route = p_route AND key_hash = p_key;
    END IF;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF made >= p_oldest THEN
        RAISE EXCEPTION 'stored' USING ERRCODE = 'OC006';
    END IF;
    IF p_business IS NULL THEN
        DELETE FROM account_idempotency_keys WHERE actor = p_actor AND route = p_route AND key_hash = p_key;
    ELSE
        DELETE FROM idempotency_keys WHERE business_id = p_business AND actor = p_actor AND route = p_route AND key_hash = p_key;
    END IF;
END $$;
-- +goose StatementEnd
