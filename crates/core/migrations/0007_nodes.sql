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

-- What platforms told about limits: of the operator's app, where connection_id is empty, or of one connection. An
-- empty source is a stop, and 'turn' the next moment at which work may begin while a limit is nearly used up.
CREATE TABLE quota (
  platform {text} NOT NULL,
  connection_id {text} NOT NULL,
  source {text} NOT NULL,
  percent {text} NOT NULL,
  step {text} NOT NULL,
  noted_at {int} NOT NULL,
  until {int} NOT NULL,
  PRIMARY KEY (platform, connection_id, source)
) {strict};

-- Who has it, while it is leased; and whose limits it needs.
ALTER TABLE job ADD COLUMN node_id {text};
ALTER TABLE job ADD COLUMN platform {text};
