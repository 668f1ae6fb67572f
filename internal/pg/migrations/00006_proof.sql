-- +goose Up
-- The last look at each invariant of the installation. Every process shows it.
CREATE TABLE invariant_results (
    name       text PRIMARY KEY,        -- I1
    checked_at timestamptz NOT NULL,
    checked    bigint NOT NULL,
    breaches   bigint NOT NULL,
    examples   text[] NOT NULL,         -- ids of some rows in breach, no personal data
    took_ms    bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON invariant_results TO omotenashi_app;
