-- What scripts work with: reusable requests, and calls that can be sent again.

CREATE TABLE template (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  template_id {text} NOT NULL,
  name {text} NOT NULL,
  items {text} NOT NULL,
  created_at {int} NOT NULL,
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id, template_id)
) {strict};
CREATE INDEX template_created ON template (agency_id, created_at, template_id);

-- One row for each Idempotency-Key of the last day. The answer is sealed.
CREATE TABLE idempotency (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  key_hash {text} NOT NULL,
  call_hash {text} NOT NULL,
  epoch {int} NOT NULL,
  lease_until {int} NOT NULL,
  took_effect {int} NOT NULL DEFAULT 0,
  status {int},
  answer {blob},
  created_at {int} NOT NULL,
  PRIMARY KEY (agency_id, key_hash)
) {strict};
CREATE INDEX idempotency_created ON idempotency (agency_id, created_at);

ALTER TABLE client ADD COLUMN rev {int} NOT NULL DEFAULT 0;
CREATE INDEX client_created ON client (agency_id, created_at, client_id);

ALTER TABLE request ADD COLUMN customer_reference {text};
ALTER TABLE request ADD COLUMN locale {text};
ALTER TABLE request ADD COLUMN template_id {text};
CREATE INDEX request_client ON request (agency_id, client_id);

CREATE INDEX connection_created ON connection (agency_id, created_at, connection_id);
