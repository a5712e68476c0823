-- What nodes on one database tell each other. None of these tables is an agency's.

-- How often a change of what this key names was begun, and under which job's lease last.
CREATE TABLE turn (
  turn_key {text} PRIMARY KEY,
  taken {int} NOT NULL,
  taken_at {int} NOT NULL,
  job_agency_id {text} NOT NULL,
  job_id {text} NOT NULL,
  epoch {int} NOT NULL
) {strict};

-- Nodes that are at work, and when they last said so.
CREATE TABLE node (
  node_id {text} PRIMARY KEY,
  seen_at {int} NOT NULL
) {strict};

-- Who has it, while it is leased.
ALTER TABLE job ADD COLUMN node_id {text};
