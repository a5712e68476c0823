-- The agency's colour as #rrggbb; none: Valetkey's own.
ALTER TABLE agency ADD COLUMN accent {text};
