-- Which sign-ins a person asked to have erased, at the platform; the code is told to them and kept as a hash.
CREATE TABLE erasure (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  code_hash {text} NOT NULL,
  connection_id {text} NOT NULL,
  asked_at {int} NOT NULL,
  done_at {int},
  PRIMARY KEY (agency_id, code_hash, connection_id)
) {strict};
CREATE INDEX erasure_code ON erasure (code_hash);
CREATE INDEX erasure_connection ON erasure (agency_id, connection_id);
