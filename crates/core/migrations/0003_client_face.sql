-- What clients do on their pages beside signing in.

CREATE INDEX link_subject ON link (agency_id, kind, subject_id);

-- Somebody said that the steps of a guide were done. What they were shown is in `shown`.
CREATE TABLE attestation (
  agency_id {text} NOT NULL,
  attestation_id {text} NOT NULL,
  request_id {text} NOT NULL,
  item_id {text} NOT NULL,
  task {text} NOT NULL,
  browser_hash {text} NOT NULL,
  shown {text} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (agency_id, attestation_id)
) {strict};
CREATE INDEX attestation_item ON attestation (agency_id, item_id, at);

-- A card that was passed on to somebody else.
CREATE TABLE hand_over (
  agency_id {text} NOT NULL,
  item_id {text} NOT NULL,
  passed_by {text} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (agency_id, item_id)
) {strict};

CREATE TABLE help (
  agency_id {text} NOT NULL,
  help_id {text} NOT NULL,
  request_id {text} NOT NULL,
  item_id {text} NOT NULL,
  note {text},
  at {int} NOT NULL,
  PRIMARY KEY (agency_id, help_id)
) {strict};
CREATE INDEX help_item ON help (agency_id, item_id, at);
