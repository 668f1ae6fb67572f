-- +goose Up
-- Photos of a shop, its staff and its menus.

-- A picture that is stored, in some widths, under a name that nobody can guess. The
-- row is written before the first file and deleted after the last one, so that no
-- file is ever without one.
CREATE TABLE photo_files (
    business_id uuid NOT NULL REFERENCES businesses,
    name        text NOT NULL CHECK (name ~ '^[0-9a-f]{64}$'),
    content     bytea CHECK (octet_length(content) = 32), -- hash of the files; NULL: given up, its files go
    sizes       jsonb NOT NULL,        -- [{"width": 320, "height": 240}, ...], ascending
    used_at     timestamptz NOT NULL,  -- when a photo last began or ceased to show it
    PRIMARY KEY (business_id, name)
);
-- The same picture is stored once in a business.
CREATE UNIQUE INDEX photo_files_content_key ON photo_files (business_id, content);

CREATE TABLE photos (
    business_id uuid NOT NULL REFERENCES businesses,
    id          uuid NOT NULL,
    name        text NOT NULL,
    sizes       jsonb NOT NULL,        -- of photo_files: a name's never change
    resource_id uuid,                  -- whom it shows; neither this nor service_id: the shop
    service_id  uuid,
    alt         jsonb NOT NULL DEFAULT '{}',
    position    integer NOT NULL,      -- among those of the shop; the first is its cover
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, name) REFERENCES photo_files (business_id, name),
    FOREIGN KEY (business_id, resource_id) REFERENCES resources (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, service_id) REFERENCES services (business_id, id) ON DELETE CASCADE,
    CHECK (resource_id IS NULL OR service_id IS NULL)
);
CREATE UNIQUE INDEX photos_resource_key ON photos (business_id, resource_id) WHERE resource_id IS NOT NULL;
CREATE UNIQUE INDEX photos_service_key ON photos (business_id, service_id) WHERE service_id IS NOT NULL;
CREATE INDEX photos_name_idx ON photos (business_id, name);
CREATE INDEX photos_shop_idx ON photos (business_id, position, id) WHERE resource_id IS NULL AND service_id IS NULL;

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['photo_files', 'photos'] LOOP
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
