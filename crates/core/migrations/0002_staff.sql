-- An agency's own people: assigned on the agency's side after the share that they follow.

-- The id of the container that a person or system user belongs to.
ALTER TABLE grantee ADD COLUMN within_id {text};

-- Who is assigned after the grantee has the access, as JSON; frozen when the request was sent.
ALTER TABLE item ADD COLUMN staff {text};

-- The share that this grant follows.
ALTER TABLE access_grant ADD COLUMN after_grant_id {text};
CREATE INDEX grant_after ON access_grant (agency_id, after_grant_id);
