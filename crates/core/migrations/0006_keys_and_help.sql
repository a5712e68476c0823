-- Whose key it is, when somebody made it, and when it was used; which help was dealt with.

-- The member who made it, or whose key made it; nobody when the operator did. It is no key any more once they
-- may not have one.
ALTER TABLE api_key ADD COLUMN made_by {text};
-- To the five minutes.
ALTER TABLE api_key ADD COLUMN used_at {int};

ALTER TABLE help ADD COLUMN dealt_with_at {int};
ALTER TABLE help ADD COLUMN dealt_with_by {text};
