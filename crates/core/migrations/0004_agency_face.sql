-- What the agency's own people need: set-up, passwords, tries at gates, invitations.

-- Global: a person signs in with an e-mail address before any agency is known.
CREATE TABLE password (
  email {text} PRIMARY KEY,
  agency_id {text} NOT NULL,
  member_id {text} NOT NULL,
  hash {text} NOT NULL,
  changed_at {int} NOT NULL
) {strict};

-- At most one row, and none once there is an agency.
CREATE TABLE set_up_code (
  code_hash {text} PRIMARY KEY,
  created_at {int} NOT NULL
) {strict};

-- One row a try. Gates are keyed hashes: the table does not say who was tried.
CREATE TABLE gate_try (
  gate_hash {text} NOT NULL,
  at {int} NOT NULL,
  try_id {text} NOT NULL,
  PRIMARY KEY (gate_hash, at, try_id)
) {strict};

ALTER TABLE member ADD COLUMN removed_at {int};
-- What the agency says its domain is. `domain` is what was verified, and what clients are shown.
ALTER TABLE agency ADD COLUMN claimed_domain {text};

CREATE TABLE invitation (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  invitation_id {text} NOT NULL,
  email {text} NOT NULL,
  role {text} NOT NULL,
  invited_by {text} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  ended_at {int},
  PRIMARY KEY (agency_id, invitation_id)
) {strict};
