-- Global tables: found before an agency is known, or not an agency's at all.

CREATE TABLE link (
  token_hash {text} PRIMARY KEY,
  kind {text} NOT NULL,
  agency_id {text} NOT NULL,
  subject_id {text} NOT NULL,
  sealed {blob} NOT NULL,
  created_at {int} NOT NULL
) {strict};

CREATE TABLE session (
  token_hash {text} PRIMARY KEY,
  kind {text} NOT NULL,
  agency_id {text} NOT NULL,
  member_id {text} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL
) {strict};

CREATE TABLE api_key (
  token_hash {text} PRIMARY KEY,
  agency_id {text} NOT NULL,
  api_key_id {text} NOT NULL,
  label {text} NOT NULL,
  created_at {int} NOT NULL
) {strict};

CREATE TABLE sign_in_state (
  state_hash {text} PRIMARY KEY,
  agency_id {text} NOT NULL,
  side {text} NOT NULL,
  item_id {text},
  member_id {text},
  platform {text} NOT NULL,
  sign_in {text} NOT NULL,
  browser_hash {text} NOT NULL,
  verifier {blob} NOT NULL,
  link_token {blob},
  expires_at {int} NOT NULL,
  consumed_at {int}
) {strict};

CREATE TABLE job (
  agency_id {text} NOT NULL,
  job_id {text} NOT NULL,
  kind {text} NOT NULL,
  subject_id {text} NOT NULL,
  run_at {int} NOT NULL,
  again {int} NOT NULL DEFAULT 0,
  attempts {int} NOT NULL DEFAULT 0,
  epoch {int} NOT NULL DEFAULT 0,
  lease_until {int},
  parked {text},
  PRIMARY KEY (agency_id, job_id)
) {strict};
CREATE UNIQUE INDEX job_subject ON job (agency_id, kind, subject_id);
CREATE INDEX job_due ON job (run_at, agency_id, job_id);

-- An agency's tables: the agency's id is the first part of every key.

CREATE TABLE agency (
  agency_id {text} PRIMARY KEY,
  name {text} NOT NULL,
  domain {text},
  data_key {blob} NOT NULL,
  key_version {int} NOT NULL,
  created_at {int} NOT NULL
) {strict};

CREATE TABLE member (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  member_id {text} NOT NULL,
  name {text} NOT NULL,
  email {text} NOT NULL,
  role {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (agency_id, member_id)
) {strict};

CREATE TABLE client (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  client_id {text} NOT NULL,
  name {text} NOT NULL,
  email {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (agency_id, client_id)
) {strict};

CREATE TABLE connection (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  connection_id {text} NOT NULL,
  side {text} NOT NULL,
  item_id {text},
  member_id {text},
  platform {text} NOT NULL,
  sign_in {text} NOT NULL,
  state {text} NOT NULL,
  browser_hash {text} NOT NULL,
  identity {text} NOT NULL,
  credential {blob},
  created_at {int} NOT NULL,
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id, connection_id)
) {strict};
CREATE INDEX connection_item ON connection (agency_id, item_id, created_at);

CREATE TABLE grantee (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  grantee_id {text} NOT NULL,
  platform {text} NOT NULL,
  kind {text} NOT NULL,
  external_id {text} NOT NULL,
  label {text} NOT NULL,
  connection_id {text},
  proven_at {int},
  created_at {int} NOT NULL,
  PRIMARY KEY (agency_id, grantee_id)
) {strict};
CREATE UNIQUE INDEX grantee_external ON grantee (agency_id, platform, kind, external_id);

CREATE TABLE request (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  request_id {text} NOT NULL,
  client_id {text} NOT NULL,
  member_id {text},
  state {text} NOT NULL,
  message {text},
  link_expires_at {int} NOT NULL,
  access_expires_at {int},
  created_at {int} NOT NULL,
  completed_at {int},
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id, request_id),
  FOREIGN KEY (agency_id, client_id) REFERENCES client (agency_id, client_id)
) {strict};
CREATE INDEX request_created ON request (agency_id, created_at, request_id);

CREATE TABLE item (
  agency_id {text} NOT NULL,
  item_id {text} NOT NULL,
  request_id {text} NOT NULL,
  platform {text} NOT NULL,
  position {int} NOT NULL,
  required {int} NOT NULL,
  state {text} NOT NULL,
  asks {text} NOT NULL,
  grantee_id {text} NOT NULL,
  grantee_frozen {text} NOT NULL,
  connection_id {text},
  offer {text},
  choice {text},
  trouble {text},
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id, item_id),
  FOREIGN KEY (agency_id, request_id) REFERENCES request (agency_id, request_id),
  FOREIGN KEY (agency_id, grantee_id) REFERENCES grantee (agency_id, grantee_id)
) {strict};
CREATE INDEX item_request ON item (agency_id, request_id, position);

CREATE TABLE approval (
  agency_id {text} NOT NULL,
  approval_id {text} NOT NULL,
  request_id {text} NOT NULL,
  item_id {text} NOT NULL,
  connection_id {text} NOT NULL,
  browser_hash {text} NOT NULL,
  person {text} NOT NULL,
  terms {text} NOT NULL,
  approved_at {int} NOT NULL,
  PRIMARY KEY (agency_id, approval_id)
) {strict};
CREATE UNIQUE INDEX approval_terms ON approval (agency_id, item_id, connection_id, terms);

CREATE TABLE access_grant (
  agency_id {text} NOT NULL,
  grant_id {text} NOT NULL,
  client_id {text} NOT NULL,
  request_id {text} NOT NULL,
  item_id {text} NOT NULL,
  platform {text} NOT NULL,
  asset_type {text} NOT NULL,
  asset_id {text} NOT NULL,
  asset_name {text} NOT NULL,
  parent_name {text},
  principal_kind {text} NOT NULL,
  principal_id {text} NOT NULL,
  grantee_id {text} NOT NULL,
  level {text} NOT NULL,
  word {text} NOT NULL,
  state {text} NOT NULL,
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL,
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id, grant_id)
) {strict};
CREATE UNIQUE INDEX grant_natural
  ON access_grant (agency_id, platform, asset_type, asset_id, principal_kind, principal_id);
CREATE INDEX grant_item ON access_grant (agency_id, item_id, grant_id);
CREATE INDEX grant_created ON access_grant (agency_id, created_at, grant_id);

CREATE TABLE event (
  agency_id {text} NOT NULL,
  event_id {text} NOT NULL,
  kind {text} NOT NULL,
  subject_id {text} NOT NULL,
  request_id {text},
  at {int} NOT NULL,
  PRIMARY KEY (agency_id, event_id)
) {strict};
CREATE INDEX event_request ON event (agency_id, request_id, event_id);

CREATE TABLE audit (
  agency_id {text} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  action {text} NOT NULL,
  subject_id {text} NOT NULL,
  request_id {text},
  data {text} NOT NULL,
  prev {blob} NOT NULL,
  hash {blob} NOT NULL,
  PRIMARY KEY (agency_id, seq)
) {strict};
CREATE INDEX audit_request ON audit (agency_id, request_id, seq);
