-- +goose Up
-- How the booking site of a business looks, and on whose pages it may stand.

ALTER TABLE businesses
    ADD COLUMN accent_color text NOT NULL DEFAULT '',    -- #rrggbb; empty: that of the platform
    ADD COLUMN embed_origins text[] NOT NULL DEFAULT '{}'; -- https://host[:port]; none: nobody may frame its pages
ALTER TABLE businesses
    ADD CONSTRAINT businesses_accent_color_check CHECK (accent_color ~ '^(#[0-9a-f]{6})?$') NOT VALID,
    ADD CONSTRAINT businesses_embed_origins_check CHECK (cardinality(embed_origins) <= 10) NOT VALID;
