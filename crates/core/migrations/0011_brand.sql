-- What clients know an agency by: its logo, and the domain that it proved to be its own.

-- The picture that pages show, by its name in `logo`; none: the agency's initials.
ALTER TABLE agency ADD COLUMN logo {text};

-- Pictures as they were drawn anew: the one that is shown, and the one before it.
CREATE TABLE logo (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  name {text} NOT NULL,
  png {blob} NOT NULL,
  made_at {int} NOT NULL,
  PRIMARY KEY (agency_id, name)
) {strict};
CREATE INDEX logo_name ON logo (name);

-- A domain is shown with one agency at most.
CREATE UNIQUE INDEX agency_domain ON agency (domain);

-- The domain that an agency says is its own, and what looking for its record came to. Times in milliseconds.
CREATE TABLE domain_proof (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  domain {text} NOT NULL,
  claimed_at {int} NOT NULL,
  -- Since when clients see it; none: they do not.
  verified_at {int},
  -- When the record was there last.
  seen_at {int},
  -- The last look, and its answer in a word.
  looked_at {int},
  answer {text},
  why {text},
  -- Since when looks answer that the record is not there.
  missing_at {int},
  -- When clients stopped seeing it.
  lost_at {int},
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id)
) {strict};
