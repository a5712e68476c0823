-- Mail that goes out, the codes that it brings, and the language of templates.

-- One row for each mail; its words are made when it is sent. Times in milliseconds.
CREATE TABLE mail (
  agency_id {text} NOT NULL REFERENCES agency (agency_id),
  mail_id {text} NOT NULL,
  -- What it is: `receipt`, `code` or `request`.
  kind {text} NOT NULL,
  client_id {text} NOT NULL,
  request_id {text},
  -- There is one mail at most for each of these.
  once_key {text} NOT NULL,
  -- Known once it was tried.
  address {text},
  locale {text},
  -- A code, until it is sent.
  sealed {blob},
  state {text} NOT NULL,
  why {text},
  tries {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL,
  give_up_at {int} NOT NULL,
  next_at {int} NOT NULL,
  sent_at {int},
  rev {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (agency_id, mail_id)
) {strict};
CREATE UNIQUE INDEX mail_once ON mail (agency_id, once_key);
CREATE INDEX mail_request ON mail (agency_id, request_id, mail_id);
CREATE INDEX mail_state ON mail (agency_id, state, created_at);

-- How many mails of an agency were begun on a day (UTC).
CREATE TABLE mail_day (
  agency_id {text} NOT NULL,
  day {int} NOT NULL,
  begun {int} NOT NULL,
  PRIMARY KEY (agency_id, day)
) {strict};

-- A code that was sent for one page of "who has access", and what it opened.
CREATE TABLE access_code (
  agency_id {text} NOT NULL,
  code_id {text} NOT NULL,
  link_hash {text} NOT NULL,
  -- Keyed hashes: of the address that it was sent to, and of the code for that link and address.
  address_hash {text} NOT NULL,
  code_hash {text} NOT NULL,
  made_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  used_at {int},
  -- The browser that gave it, and until when it may go on.
  pass_hash {text},
  pass_until {int},
  PRIMARY KEY (agency_id, code_id)
) {strict};
CREATE INDEX access_code_link ON access_code (agency_id, link_hash, made_at);

-- The language of the client's pages, for requests made from it.
ALTER TABLE template ADD COLUMN locale {text};
