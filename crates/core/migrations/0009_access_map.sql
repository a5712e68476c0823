-- What platforms showed last about who has access to one client's accounts.
CREATE TABLE access_reading (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  client_id {text} NOT NULL,
  platform {text} NOT NULL,
  asset_type {text} NOT NULL,
  asset_id {text} NOT NULL,
  -- The last reading that worked, as JSON, and when it was.
  reading {text},
  read_at {int},
  -- The last try, and why it failed, in words.
  tried_at {int} NOT NULL,
  problem {text},
  PRIMARY KEY (agency_id, client_id, platform, asset_type, asset_id)
) {strict};
